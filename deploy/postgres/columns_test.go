package role_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// TestRoleReadsExactlyTheColumnsOfTheKPIs computes the columns that the shipped KPIs read: a view
// of each query depends on them.
func TestRoleReadsExactlyTheColumnsOfTheKPIs(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	s.Exec(t, db, marketplace.Schema())
	apply(t, s.URL(db, "postgres"), plain)
	conn := connect(t, s.URL(db, "postgres"))
	defer conn.Close(t.Context())
	columns := func(sql string) (all []string) {
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
	granted := columns(`SELECT format('%s.%s', c.relname, attname) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
			AND has_column_privilege('marketplace_exporter', c.oid, attnum, 'SELECT') ORDER BY 1`)

	definitions, err := kpi.Config{TimeZone: "UTC"}.Load()
	require.NoError(t, err)
	for i, d := range definitions {
		s.Exec(t, db, fmt.Sprintf("SET kpi.timezone = 'UTC'; CREATE VIEW kpi_%d AS %s", i, d.SQL))
	}
	read := columns(`SELECT DISTINCT format('%s.%s', c.relname, attname)
		FROM pg_depend d JOIN pg_class c ON c.oid = refobjid JOIN pg_attribute ON attrelid = c.oid AND attnum = refobjsubid
		WHERE d.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass AND relkind = 'r' ORDER BY 1`)
	slices.Sort(read)
	slices.Sort(granted)
	require.Equal(t, read, granted, "change the list in both files of deploy/postgres")
}
