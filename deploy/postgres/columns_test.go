package role_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// readColumns returns the columns that the shipped KPIs read, as table.column: a view of each query
// depends on them.
func readColumns(t *testing.T, s *pgtest.Server) []string {
	t.Helper()
	db := s.CreateDatabase(t)
	s.Exec(t, db, marketplace.Schema())
	definitions, err := kpi.Config{TimeZone: "UTC"}.Load()
	require.NoError(t, err)
	for i, d := range definitions {
		s.Exec(t, db, fmt.Sprintf("SET kpi.timezone = 'UTC'; CREATE VIEW kpi_%d AS %s", i, d.SQL))
	}
	return columns(t, s.URL(db, "postgres"), `SELECT DISTINCT format('%s.%s', c.relname, attname)
		FROM pg_depend d JOIN pg_class c ON c.oid = refobjid JOIN pg_attribute ON attrelid = c.oid AND attnum = refobjsubid
		WHERE d.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass AND relkind = 'r'`)
}

func grantedColumns(t *testing.T, url, role string) []string {
	t.Helper()
	return columns(t, url, `SELECT format('%s.%s', c.relname, attname) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
			AND has_column_privilege('`+role+`', c.oid, attnum, 'SELECT')`)
}

func columns(t *testing.T, url, sql string) (all []string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql)
	require.NoError(t, err)
	for rows.Next() {
		var column string
		require.NoError(t, rows.Scan(&column))
		all = append(all, column)
	}
	require.NoError(t, rows.Err())
	return all
}

func TestRoleReadsExactlyTheColumnsOfTheKPIs(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	s.Exec(t, db, marketplace.Schema())
	apply(t, s.URL(db, "postgres"), plain)
	require.ElementsMatch(t, readColumns(t, s), grantedColumns(t, s.URL(db, "postgres"), "marketplace_exporter"),
		"change the list in both files of deploy/postgres")
}

// TestHintsOfCheckGrantExactlyTheColumnsOfTheKPIs executes the hints for a role without privileges.
func TestHintsOfCheckGrantExactlyTheColumnsOfTheKPIs(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	s.Exec(t, name, marketplace.Schema()+"; REVOKE ALL ON SCHEMA public FROM PUBLIC; "+
		`CREATE ROLE "Reader" LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA public TO "Reader"`)
	findings := func() []check.Finding {
		db := open(t, s.URL(name, "Reader:x"))
		source, err := kpi.New(kpi.Config{TimeZone: "UTC", Timeout: 10 * time.Second}, db, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		defer source.Close()
		return source.Check(t.Context())
	}
	for _, f := range findings() {
		if f.Status == check.Broken {
			require.Contains(t, f.Detail, "permission_denied")
			s.Exec(t, name, f.Hint)
		}
	}
	require.False(t, check.Failed(findings()), "%v", findings())
	require.ElementsMatch(t, readColumns(t, s), grantedColumns(t, s.URL(name, "postgres"), "Reader"))
}
