package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/pgserver"
)

const (
	databaseName   = "marketplace"
	appRole        = "marketplace_app"
	monitoringRole = "marketplace_exporter"
)

// database is how its clients reach it.
type database struct {
	cluster            *cluster
	superuserURL       string // a socket that only this user can open, without a password
	appURL             string // with the password: not to be printed
	monitoringURL      string // without the password
	monitoringPassword string
}

// startDatabase runs a throwaway cluster with a seeded marketplace. The application and the exporter have their own
// roles, as in production.
func (d *demo) startDatabase(ctx context.Context, t tools, size sizeFlags) (database, error) {
	var server *pgserver.Server
	err := d.step("starting Postgres", func() (err error) {
		server, err = pgserver.Start(ctx, pgserver.Options{BinDir: t.postgres, Private: true, Settings: clusterSettings()})
		return err
	})
	if err != nil {
		return database{}, err
	}
	running := &cluster{server: server}
	d.keep(part{name: "Postgres", alive: running.alive, log: server.Log}, running.close)

	appPassword := rand.Text()
	db := database{
		cluster:            running,
		superuserURL:       server.URL(databaseName, pgserver.Superuser),
		appURL:             server.URL(databaseName, appRole+":"+appPassword),
		monitoringURL:      server.URL(databaseName, monitoringRole),
		monitoringPassword: rand.Text(),
	}
	if err := createDatabase(ctx, server, db, appPassword); err != nil {
		return db, err
	}
	d.print("seeding a year of business for %d users\n", size.users)
	if err := seed(ctx, d.out, db.appURL, size); err != nil {
		return db, err
	}
	if err := createMonitoringRole(ctx, t.root, db); err != nil {
		return db, err
	}
	// The seed's statements would hide those of the traffic.
	if err := execute(ctx, db.superuserURL, "SELECT pg_stat_statements_reset()"); err != nil {
		return db, fmt.Errorf("resetting pg_stat_statements: %w", err)
	}
	return db, nil
}

func clusterSettings() map[string]string {
	return map[string]string{
		"shared_buffers":  "128MB",
		"max_wal_size":    "4GB",
		"wal_level":       "minimal", // tables that are created and loaded in one transaction need no WAL
		"max_wal_senders": "0",
		// Another zone than UTC shows that neither rows nor metrics depend on it.
		"timezone": "Asia/Seoul",
	}
}

// createDatabase creates a database that the application owns, with pg_stat_statements.
func createDatabase(ctx context.Context, server *pgserver.Server, db database, appPassword string) error {
	err := execute(ctx, server.URL("postgres", pgserver.Superuser),
		"CREATE ROLE "+appRole+" LOGIN",
		passwordSQL(appRole, appPassword),
		"CREATE DATABASE "+databaseName+" OWNER "+appRole)
	if err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	// Since Postgres 15 the owner of the database does not own the schema public.
	err = execute(ctx, db.superuserURL, "CREATE EXTENSION pg_stat_statements", "ALTER SCHEMA public OWNER TO "+appRole)
	if err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	return nil
}

// createMonitoringRole runs the script that operators run.
func createMonitoringRole(ctx context.Context, root string, db database) error {
	script, err := os.ReadFile(filepath.Join(root, "deploy", "postgres", "monitoring-role.sql"))
	if err != nil {
		return fmt.Errorf("reading the script of the monitoring role: %w", err)
	}
	if err := execute(ctx, db.superuserURL, string(script), passwordSQL(monitoringRole, db.monitoringPassword)); err != nil {
		return fmt.Errorf("creating the monitoring role: %w", err)
	}
	return nil
}

// passwordSQL keeps the statement out of pg_stat_statements, which would show the password. rand.Text needs no quoting.
func passwordSQL(role, password string) string {
	return "SET pg_stat_statements.track_utility = off; ALTER ROLE " + role + " PASSWORD '" + password + "'"
}

// execute runs scripts, one after another, on one connection.
func execute(ctx context.Context, url string, scripts ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer closeConn(ctx, conn)
	for _, script := range scripts {
		if _, err := conn.PgConn().Exec(ctx, script).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}
