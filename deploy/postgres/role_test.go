// Package role_test runs the SQL that makes the monitoring role on real servers, and then is that role.
package role_test

import (
	"os"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/exporter/postgres"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const (
	plain    = "monitoring-role.sql"
	supabase = "monitoring-role-supabase.sql"
)

// fixture guards two of the tables by row level security without a policy, as Supabase advises.
const fixture = `
INSERT INTO "User" ("id", "email") VALUES ('u1', 'someone@example.com');
INSERT INTO "Product" ("id", "seller_id") VALUES ('p1', 'u1');
INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount") VALUES ('o1', 'u1', 'p1', 4900);
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Order" ENABLE ROW LEVEL SECURITY`

// apply runs a file as a driver does, in one simple query, and returns the notices and warnings.
func apply(t *testing.T, url, file string) (notices, warnings []string) {
	t.Helper()
	sql, err := os.ReadFile(file)
	require.NoError(t, err)
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.Severity == "WARNING" {
			warnings = append(warnings, n.Message)
		} else {
			notices = append(notices, n.Message)
		}
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	_, err = conn.PgConn().Exec(t.Context(), string(sql)).ReadAll()
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	return notices, warnings
}

// connect returns a connection for the caller to close: the role may have few.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	return conn
}

// requireRefused runs sql in a transaction that may write, so that what refuses it is a privilege.
func requireRefused(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.PgConn().Exec(t.Context(), "BEGIN READ WRITE; "+sql).ReadAll()
	require.ErrorContains(t, err, "SQLSTATE 42501", sql)
	_, err = conn.PgConn().Exec(t.Context(), "ROLLBACK").ReadAll()
	require.NoError(t, err)
}

// collect asks the source postgres everything, as url's role.
func collect(t *testing.T, url string) error {
	t.Helper()
	var config postgres.Config
	app := kingpin.New("", "")
	config.Register(app)
	_, err := app.Parse(nil)
	require.NoError(t, err)
	db := open(t, url)
	defer db.Close()
	ch := make(chan prometheus.Metric)
	go func() {
		for range ch {
			continue // only whether it could be had matters
		}
	}()
	defer close(ch)
	return postgres.New(config, db).Collect(t.Context(), ch)
}

// open returns a DB for the caller to close.
func open(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(database.Config{URL: url, Timeout: 5 * time.Second}.Primary(), "test")
	require.NoError(t, err)
	return db
}

// requireKPIs runs every shipped KPI as url's role, and sees the rows that row level security hides from others.
func requireKPIs(t *testing.T, url string) {
	t.Helper()
	config := kpi.Config{TimeZone: "UTC", Timeout: 10 * time.Second}
	definitions, err := config.Load()
	require.NoError(t, err)
	db := open(t, url)
	defer db.Close()
	for _, d := range definitions {
		_, err := d.Run(t.Context(), db, config.Limits(d))
		require.NoError(t, err, d.Name)
	}
	conn := connect(t, url)
	defer conn.Close(t.Context())
	for _, table := range []string{`"User"`, `"Order"`} {
		var rows int
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
		require.Equal(t, 1, rows, "%s must not look empty", table)
	}
}

// requireNoMore holds the role to what the KPIs count.
func requireNoMore(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	for _, sql := range []string{
		`SELECT "email" FROM "User"`, `SELECT "name" FROM "User"`, `SELECT "passwordHash" FROM "User"`,
		`SELECT * FROM "User"`, `SELECT "to" FROM "EmailQueue"`, `SELECT "payload" FROM "EmailQueue"`,
		`SELECT "provider_payment_id" FROM "Payment"`, `SELECT "comment" FROM "Review"`, `SELECT count(*) FROM "Account"`,
		`INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount") VALUES ('o2', 'u1', 'p1', 1)`,
		`UPDATE "User" SET "status" = 'BANNED'`, `DELETE FROM "Session"`, `TRUNCATE "Session"`, `DROP TABLE "Session"`,
		`CREATE ROLE another`,
	} {
		requireRefused(t, conn, sql)
	}
	var tables int
	row := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_any_column_privilege(oid, 'SELECT')`)
	require.NoError(t, row.Scan(&tables))
	require.Equal(t, 13, tables)

	_, err := conn.Exec(t.Context(), "CREATE TEMP TABLE written (id int)")
	require.ErrorContains(t, err, "SQLSTATE 25006", "sessions of the role are read-only until they say otherwise")
}

func TestRole(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, marketplace.Schema())
		s.Exec(t, db, fixture)
		s.Exec(t, db, "CREATE SCHEMA stats; CREATE EXTENSION pg_stat_statements WITH SCHEMA stats")
		s.Exec(t, db, "REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE ALL ON DATABASE "+db+" FROM PUBLIC")
		admin := s.URL(db, "postgres")
		for range 2 {
			_, warnings := apply(t, admin, plain)
			require.Empty(t, warnings)
		}
		_, err := pgx.Connect(t.Context(), s.URL(db, "marketplace_exporter"))
		require.Error(t, err, "nobody gets in before there is a password")
		s.Exec(t, db, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")

		role := s.URL(db, "marketplace_exporter:secret")
		require.NoError(t, collect(t, role))
		requireKPIs(t, role)
		requireNoMore(t, role)
	})
}

func TestRoleWithoutTheMarketplace(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, `CREATE TABLE "User" (id int, "somethingElse" text); CREATE TABLE "Order" (other int)`)
		notices, warnings := apply(t, s.URL(db, "postgres"), plain)
		require.Empty(t, warnings)
		require.Len(t, notices, 12, "a line for each table that is missing: %v", notices)
		s.Exec(t, db, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")
		require.NoError(t, collect(t, s.URL(db, "marketplace_exporter:secret")))
	})
}
