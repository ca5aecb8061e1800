// Package role_test creates the monitoring role on real servers and tests its privileges.
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

// fixture enables row level security without a policy on two tables, as Supabase recommends.
const fixture = `
INSERT INTO "User" ("id", "email") VALUES ('u1', 'someone@example.com');
INSERT INTO "Product" ("id", "seller_id") VALUES ('p1', 'u1');
INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount") VALUES ('o1', 'u1', 'p1', 4900);
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Order" ENABLE ROW LEVEL SECURITY`

// apply runs a file as one simple query and returns the notices and warnings.
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

// connect returns a connection. The caller closes it, because the role has a connection limit.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	return conn
}

// requireDenied requires that sql fails because of a privilege, and not because of a read-only
// transaction.
func requireDenied(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.PgConn().Exec(t.Context(), "BEGIN READ WRITE; "+sql).ReadAll()
	require.ErrorContains(t, err, "SQLSTATE 42501", sql)
	_, err = conn.PgConn().Exec(t.Context(), "ROLLBACK").ReadAll()
	require.NoError(t, err)
}

// collect runs one collection of the source postgres as the role of url.
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
			continue // only errors matter
		}
	}()
	defer close(ch)
	return postgres.New(config, db).Collect(t.Context(), ch)
}

// open returns a DB. The caller closes it.
func open(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(database.Config{URL: url, Timeout: 5 * time.Second}.Primary(), "test")
	require.NoError(t, err)
	return db
}

// requireKPIs runs every shipped KPI as the role of url, and requires that row level security hides
// no rows.
func requireKPIs(t *testing.T, url string) {
	t.Helper()
	config := kpi.Config{TimeZone: "UTC", Timeout: 10 * time.Second}
	definitions, err := config.Load()
	require.NoError(t, err)
	db := open(t, url)
	defer db.Close()
	for _, d := range definitions {
		_, err := d.Run(t.Context(), db)
		require.NoError(t, err, d.Name)
	}
	conn := connect(t, url)
	defer conn.Close(t.Context())
	for _, table := range []string{`"User"`, `"Order"`} {
		var rows int
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
		require.Equal(t, 1, rows, "%s must not appear empty", table)
	}
}

// requireNothingElse requires that the role reads only the columns that the KPIs need.
func requireNothingElse(t *testing.T, url string) {
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
		requireDenied(t, conn, sql)
	}
	var tables int
	row := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_any_column_privilege(oid, 'SELECT')`)
	require.NoError(t, row.Scan(&tables))
	require.Equal(t, 13, tables)

	_, err := conn.Exec(t.Context(), "CREATE TEMP TABLE written (id int)")
	require.ErrorContains(t, err, "SQLSTATE 25006", "sessions of the role are read-only by default")
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
		require.Error(t, err, "logins fail without a password")
		s.Exec(t, db, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")

		role := s.URL(db, "marketplace_exporter:secret")
		require.NoError(t, collect(t, role))
		requireKPIs(t, role)
		requireNothingElse(t, role)
	})
}

func TestRoleWithoutTheMarketplace(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, `CREATE TABLE "User" (id int, "somethingElse" text); CREATE TABLE "Order" (other int)`)
		notices, warnings := apply(t, s.URL(db, "postgres"), plain)
		require.Empty(t, warnings)
		require.Len(t, notices, 12, "one notice for each missing table: %v", notices)
		s.Exec(t, db, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")
		require.NoError(t, collect(t, s.URL(db, "marketplace_exporter:secret")))
	})
}
