package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func queries(t *testing.T, samples map[string]float64) float64 {
	t.Helper()
	return one(t, samples, "marketplace_database_queries_total{")
}

func TestRefusedQueriesAreRetriedSlowlyOrAfterReload(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	s.Exec(t, name, `CREATE ROLE watcher LOGIN PASSWORD 'x'; GRANT pg_monitor TO watcher;
		GRANT USAGE ON SCHEMA extensions TO watcher;
		REVOKE EXECUTE ON FUNCTION extensions.pg_stat_statements(boolean) FROM PUBLIC`)
	config := testConfig()
	config.RetryInterval, config.SlowInterval = time.Hour, time.Hour
	e := newExporter(t, s.URL(name, "watcher:x"), config)

	first := e.scrape(t)
	require.EqualValues(t, 1, one(t, first, "marketplace_source_failing{", `part="statements"`, `reason="permission_denied"`))
	second := e.scrape(t)
	third := e.scrape(t)
	require.EqualValues(t, 1, one(t, third, "marketplace_source_failing{", `part="statements"`), "the failure is still reported")
	sent := queries(t, third) - queries(t, second)

	s.Exec(t, name, "GRANT EXECUTE ON FUNCTION extensions.pg_stat_statements(boolean) TO watcher")
	fourth := e.scrape(t)
	require.Equal(t, sent, queries(t, fourth)-queries(t, third), "the query is not sent")
	require.Empty(t, only(fourth, "pg_stat_statements_calls_total{"))

	require.NoError(t, e.Reload())
	fifth := e.scrape(t)
	require.NotEmpty(t, only(fifth, "pg_stat_statements_calls_total{"))
	require.Empty(t, only(fifth, "marketplace_source_failing{"))
}

func TestSlowCollectorsAreCached(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	s.Exec(t, name, "CREATE TABLE early (id int)")
	config := testConfig()
	config.SlowInterval = time.Hour
	e := newExporter(t, s.URL(name, "postgres"), config)
	e.scrape(t)
	s.Exec(t, name, "CREATE TABLE late (id int)")
	samples := e.scrape(t)
	require.NotEmpty(t, only(samples, "pg_stat_user_tables_n_live_tup{", `relname="late"`), "not cached")
	require.Empty(t, only(samples, "pg_stat_user_tables_table_size_bytes{", `relname="late"`), "the cached result is older")
	require.NotEmpty(t, only(samples, "pg_stat_user_tables_table_size_bytes{", `relname="early"`), "the cached result is exported")
}

func TestCachedResultIsExportedAfterFailureUntilMaxAge(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	s.Exec(t, name, "CREATE TABLE early (id int); CREATE ROLE watcher LOGIN PASSWORD 'x'; GRANT pg_monitor TO watcher")
	config := testConfig()
	config.SlowInterval = 500 * time.Millisecond
	e := newExporter(t, s.URL(name, "watcher:x"), config)
	e.scrape(t)
	s.Exec(t, name, "REVOKE EXECUTE ON FUNCTION pg_table_size(regclass) FROM PUBLIC")
	time.Sleep(config.SlowInterval)
	samples := e.scrape(t)
	require.NotEmpty(t, only(samples, "marketplace_source_failing{", `part="table_sizes"`))
	require.NotEmpty(t, only(samples, "pg_stat_user_tables_table_size_bytes{", `relname="early"`))
	time.Sleep(maxCacheAge * config.SlowInterval)
	require.Empty(t, only(e.scrape(t), "pg_stat_user_tables_table_size_bytes{"))
}
