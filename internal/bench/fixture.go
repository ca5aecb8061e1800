package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const (
	databaseName = "bench"
	major        = 17

	// Each has a role of its own, so that the database can tell what it costs.
	oursRole = "marketplace_exporter"
	bareRole = "bare"
	peerRole = "postgres_exporter"
)

// fixture is the database that all are measured on.
type fixture struct {
	server    *pgserver.Server
	admin     *pgx.Conn // a superuser's; what it runs is not recorded
	version   string    // of the server
	view      string    // pg_stat_statements, with its schema
	passwords map[string]string
}

func (b *bench) startFixture(ctx context.Context) error {
	b.progress.say("starting Postgres %d", major)
	binDir, err := toolbox.Postgres(major)
	if err != nil {
		return err
	}
	server, err := pgserver.Start(ctx, pgserver.Options{
		BinDir: binDir, Templates: toolbox.CacheDir(), Settings: clusterSettings(b.options),
	})
	if err != nil {
		return err
	}
	b.onStop(server.Close)
	b.fixture = &fixture{server: server, passwords: map[string]string{}}
	if err := b.fixture.create(ctx, b.root); err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	if err := b.fixture.createRelations(ctx, b.options, b.progress); err != nil {
		return fmt.Errorf("creating tables and indexes: %w", err)
	}
	if err := b.fixture.runStatements(ctx, b.statements, b.progress); err != nil {
		return fmt.Errorf("running the statements: %w", err)
	}
	return nil
}

func clusterSettings(opts options) map[string]string {
	return map[string]string{
		"shared_buffers":         "128MB",
		"max_wal_size":           "4GB",
		"pg_stat_statements.max": strconv.Itoa(2 * opts.statements), // nothing is evicted while it is read
		// Planning is a cost too, and not in the execution time.
		"pg_stat_statements.track_planning": "on",
		// Else it would come to the new tables in the middle of a measurement.
		"autovacuum": "off",
	}
}

// create makes the database, the role that operators are told to make, and the roles of those it is compared with.
func (f *fixture) create(ctx context.Context, root string) error {
	script, err := os.ReadFile(filepath.Join(root, "deploy", "postgres", "monitoring-role.sql"))
	if err != nil {
		return fmt.Errorf("reading the monitoring role's script: %w", err)
	}
	if err := f.createDatabase(ctx); err != nil {
		return err
	}
	if f.admin, err = f.connectAdmin(ctx); err != nil {
		return err
	}
	scripts := []string{
		string(script),
		"CREATE ROLE " + bareRole + " LOGIN; GRANT pg_read_all_stats TO " + bareRole,
		"CREATE ROLE " + peerRole + " LOGIN; GRANT pg_monitor TO " + peerRole,
	}
	for _, role := range []string{oursRole, bareRole, peerRole} {
		f.passwords[role] = rand.Text()
		scripts = append(scripts, "ALTER ROLE "+role+" PASSWORD '"+f.passwords[role]+"'") // letters and digits
	}
	for _, script := range scripts {
		if _, err := f.admin.PgConn().Exec(ctx, script).ReadAll(); err != nil {
			return err
		}
	}
	const ask = `SELECT current_setting('server_version'), extnamespace::regnamespace || '.pg_stat_statements'
		FROM pg_extension WHERE extname = 'pg_stat_statements'`
	return f.admin.QueryRow(ctx, ask).Scan(&f.version, &f.view)
}

func (f *fixture) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, f.server.URL("postgres", pgserver.Superuser))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the server notices anyway
	_, err = conn.Exec(ctx, "CREATE DATABASE "+databaseName)
	return err
}

// connectAdmin opens a superuser's connection that leaves no trace in pg_stat_statements. It ends with the server.
func (f *fixture) connectAdmin(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(f.server.URL(databaseName, pgserver.Superuser))
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	config.RuntimeParams["pg_stat_statements.track"] = "none"
	config.RuntimeParams["pg_stat_statements.track_utility"] = "off"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return conn, nil
}

// url has the role's password in it: it is not for command lines.
func (f *fixture) url(role string) string {
	return f.server.URL(databaseName, role+":"+f.passwords[role])
}
