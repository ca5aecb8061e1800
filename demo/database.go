package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const (
	databaseName   = "marketplace"
	appRole        = "marketplace_app"
	monitoringRole = "marketplace_exporter"
)

// database is how its clients reach it.
type database struct {
	server             *pgserver.Server
	SuperuserURL       string // a socket that only this user and that of Postgres can open, without a password
	appURL             string // with the password: not to be printed
	monitoringURL      string // without the password
	monitoringPassword string
}

// startDatabase runs a throwaway cluster with a seeded marketplace. The application and the
// exporter have their own roles, as in production.
func (d *demo) startDatabase(ctx context.Context, root string, size marketplace.SeedOptions) (db database, err error) {
	programs, _, err := toolbox.AnyPostgres()
	if err != nil {
		return db, err
	}
	err = d.step("starting Postgres", func() (err error) {
		db.server, err = pgserver.Start(ctx, pgserver.Options{BinDir: programs, Private: true, Settings: clusterSettings()})
		return err
	})
	if err != nil {
		return db, err
	}
	d.keep("Postgres", db.server)

	appPassword := rand.Text()
	db.SuperuserURL = db.server.URL(databaseName, pgserver.Superuser)
	db.appURL = db.server.URL(databaseName, appRole+":"+appPassword)
	db.monitoringURL = db.server.URL(databaseName, monitoringRole)
	db.monitoringPassword = rand.Text()
	if err := createDatabase(ctx, db, appPassword); err != nil {
		return db, err
	}
	d.print("seeding a year of business for %d users\n", size.Users)
	if err := seed(ctx, d.out, db.appURL, size); err != nil {
		return db, err
	}
	return db, createMonitoringRole(ctx, root, db)
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
func createDatabase(ctx context.Context, db database, appPassword string) error {
	err := execute(ctx, db.server.URL("postgres", pgserver.Superuser),
		"CREATE ROLE "+appRole+" LOGIN",
		passwordSQL(appRole, appPassword),
		"CREATE DATABASE "+databaseName+" OWNER "+appRole)
	if err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	// Since Postgres 15 the owner of the database does not own the schema public.
	err = execute(ctx, db.SuperuserURL, "CREATE EXTENSION pg_stat_statements", "ALTER SCHEMA public OWNER TO "+appRole)
	if err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	return nil
}

// createMonitoringRole runs the script that operators run. The exporter's own statements, and those
// of the seed, would hide the statements of the traffic.
func createMonitoringRole(ctx context.Context, root string, db database) error {
	script, err := os.ReadFile(filepath.Join(root, "deploy", "postgres", "monitoring-role.sql"))
	if err != nil {
		return fmt.Errorf("reading the script of the monitoring role: %w", err)
	}
	err = execute(ctx, db.SuperuserURL, string(script), passwordSQL(monitoringRole, db.monitoringPassword),
		"ALTER ROLE "+monitoringRole+" SET pg_stat_statements.track = 'none'", "SELECT pg_stat_statements_reset()")
	if err != nil {
		return fmt.Errorf("creating the monitoring role: %w", err)
	}
	return nil
}

// passwordSQL keeps the statement out of pg_stat_statements, which would show the password.
// rand.Text needs no quoting.
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
