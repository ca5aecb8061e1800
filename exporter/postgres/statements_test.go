package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// withStatements returns a new database with the extension in its own schema, as on Supabase.
func withStatements(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	name := s.CreateDatabase(t)
	s.Exec(t, name, `CREATE SCHEMA extensions; CREATE EXTENSION pg_stat_statements SCHEMA extensions;
		SELECT extensions.pg_stat_statements_reset()`)
	return name
}

// only returns the samples whose series contain all parts.
func only(samples map[string]float64, parts ...string) map[string]float64 {
	found := map[string]float64{}
	for series, number := range samples {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(series, part)
		}
		if all {
			found[series] = number
		}
	}
	return found
}

// one returns the only sample whose series contains all parts.
func one(t *testing.T, samples map[string]float64, parts ...string) float64 {
	t.Helper()
	found := only(samples, parts...)
	require.Lenf(t, found, 1, "samples with %q", parts)
	for _, number := range found {
		return number
	}
	return 0
}

// queryid returns the id of the statement whose text contains part.
func queryid(t *testing.T, samples map[string]float64, part string) string {
	t.Helper()
	for series := range only(samples, "pg_stat_statements_query_info{", part) {
		_, id, _ := strings.Cut(series, `queryid="`)
		id, _, _ = strings.Cut(id, `"`)
		return id
	}
	require.Failf(t, "no such statement", "%q in %v", part, only(samples, "query_info"))
	return ""
}

func TestStatements(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		name := withStatements(t, s)
		s.Exec(t, name, `CREATE TABLE prompt (id int, title text); INSERT INTO prompt SELECT g, 'x' FROM generate_series(1, 10) g;
			CREATE FUNCTION inner_scan() RETURNS bigint LANGUAGE plpgsql AS $$
			DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM prompt; RETURN n; END $$`)
		conn := s.Conn(t, name)
		for range 7 {
			_, err := conn.Exec(t.Context(), "SELECT title FROM prompt WHERE id < 4")
			require.NoError(t, err)
		}
		_, err := conn.Exec(t.Context(), "SELECT pg_sleep(1.2)")
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), `ALTER ROLE postgres PASSWORD 'canary-7391' -- canary-7392`)
		require.NoError(t, err)

		e := newExporter(t, s.URL(name, "postgres"), testConfig())
		e.scrape(t) // adds its own statements, which the next scrape exports
		samples := e.scrape(t)
		id := `queryid="` + queryid(t, samples, "SELECT title FROM prompt") + `"`
		db := `datname="` + name + `"`
		require.EqualValues(t, 7, one(t, samples, "pg_stat_statements_calls_total{", id, db, `user="postgres"`))
		require.EqualValues(t, 21, one(t, samples, "pg_stat_statements_rows_total{", id))
		require.Greater(t, one(t, samples, "pg_stat_statements_shared_blks_hit_total{", id), 0.0)

		sleep := `queryid="` + queryid(t, samples, "pg_sleep") + `"`
		require.InDelta(t, 1.25, one(t, samples, "pg_stat_statements_seconds_total{", sleep), 0.1, "seconds, not milliseconds")
		require.InDelta(t, 1.25, one(t, samples, "pg_stat_statements_mean_seconds{", sleep), 0.1)
		require.InDelta(t, 1.25, one(t, samples, "pg_stat_statements_max_seconds{", sleep), 0.1)
		require.EqualValues(t, 1, one(t, samples, "pg_stat_statements_slow_mean_entries{", db))
		require.EqualValues(t, 1, one(t, samples, "pg_stat_statements_slow_max_entries{", db))

		for series := range samples {
			require.NotContains(t, series, "canary", "constants and comments are not exported")
		}
		require.InDelta(t, 1, one(t, samples, "pg_stat_statements_covered_time_ratio{", db), 0.01,
			"all statements are exported")
	})
}

// distinct runs statements from..to of a sequence; each has its own queryid.
func distinct(t *testing.T, s *pgtest.Server, name string, from, to int) {
	t.Helper()
	conn := s.Conn(t, name)
	for i := from; i < to; i++ {
		_, err := conn.Exec(t.Context(), "SELECT 1"+strings.Repeat(", 1", i))
		require.NoError(t, err)
	}
}

// TestExtensionVersions covers servers that were upgraded without ALTER EXTENSION.
func TestExtensionVersions(t *testing.T) {
	s := pgtest.Newest(t)
	for _, version := range []string{"1.8", "1.9", "1.10", "1.11", "1.12"} {
		t.Run(version, func(t *testing.T) {
			name := s.CreateDatabase(t)
			s.Exec(t, name, `CREATE SCHEMA "Ex tensions"; CREATE EXTENSION pg_stat_statements SCHEMA "Ex tensions" VERSION '`+version+`'`)
			samples := newExporter(t, s.URL(name, "postgres"), testConfig()).scrape(t)
			require.Empty(t, only(samples, "marketplace_source_failing{"))
			require.NotEmpty(t, only(samples, "pg_stat_statements_calls_total{"))
			require.NotEmpty(t, only(samples, "pg_stat_statements_block_read_seconds_total{"))
			require.NotEmpty(t, only(samples, "pg_stat_statements_query_info{"))
			_, knows := only(samples, "pg_stat_statements_deallocations_total{")[`pg_stat_statements_deallocations_total{datname="`+name+`"}`]
			require.Equal(t, version != "1.8", knows)
		})
	}
}

// A database in LATIN1 cannot represent a Korean statement of another one. The numbers do not need
// the texts.
func TestTextThatTheDatabaseCannotRepresent(t *testing.T) {
	s := pgtest.Newest(t)
	korean := withStatements(t, s)
	s.Exec(t, "postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
	s.Exec(t, "latin", "CREATE EXTENSION pg_stat_statements")
	s.Exec(t, korean, `SELECT 1 AS "한글"`)
	e := newExporter(t, s.URL("latin", "postgres"), testConfig())
	metrics, err := source.MetricsOf(t.Context(), e.Source)
	require.NotEmpty(t, metrics)
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, []any{textsPart, failure.Invalid}, []any{all[0].Part, all[0].Reason})
	require.ErrorContains(t, err, `has no equivalent in encoding "LATIN1"`)
	require.ErrorContains(t, err, "hint: connect to a database in UTF8")
	require.NotEmpty(t, only(e.scrape(t), "pg_stat_statements_calls_total{", korean))
}

func TestDeviationOfSeveralEntriesIsPooled(t *testing.T) {
	s := pgtest.Newest(t, pgtest.Setting("pg_stat_statements.track", "all"))
	name := withStatements(t, s)
	s.Exec(t, name, `CREATE TABLE pace AS SELECT 0.1 AS seconds;
		CREATE FUNCTION doze() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(seconds) FROM pace; END $$;
		CREATE FUNCTION outer_doze() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM doze(); END $$`)
	s.Exec(t, name, "SELECT doze()")
	s.Exec(t, name, "UPDATE pace SET seconds = 0.5")
	s.Exec(t, name, "SELECT outer_doze()") // the same statement, but not at the top level
	samples := newExporter(t, s.URL(name, "postgres"), testConfig()).scrape(t)
	id := `queryid="` + queryid(t, samples, "SELECT doze()") + `"`
	require.EqualValues(t, 2, one(t, samples, "pg_stat_statements_calls_total{", id))
	require.InDelta(t, 0.3, one(t, samples, "pg_stat_statements_mean_seconds{", id), 0.03)
	require.InDelta(t, 0.5, one(t, samples, "pg_stat_statements_max_seconds{", id), 0.05)
	require.InDelta(t, 0.2, one(t, samples, "pg_stat_statements_stddev_seconds{", id), 0.03, "each entry alone has 0")
}

func TestTotalsCoverAllEntries(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	for range 3 {
		distinct(t, s, name, 0, 40)
	}
	config := testConfig()
	config.StatementsLimit = 6
	samples := newExporter(t, s.URL(name, "postgres"), config).scrape(t)
	db := `datname="` + name + `"`
	require.Len(t, only(samples, "pg_stat_statements_calls_total{"), 6)
	require.GreaterOrEqual(t, one(t, samples, "pg_stat_statements_all_calls_total{", db), 120.0)
	require.GreaterOrEqual(t, one(t, samples, "pg_stat_statements_entries{", db), 40.0)
	require.Less(t, one(t, samples, "pg_stat_statements_covered_time_ratio{", db), 1.0)
}

func TestEntriesThatDifferByToplevelAreSummed(t *testing.T) {
	s := pgtest.Newest(t, pgtest.Setting("pg_stat_statements.track", "all"))
	name := withStatements(t, s)
	s.Exec(t, name, `CREATE TABLE prompt (id int);
		CREATE FUNCTION total() RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM prompt; RETURN n; END $$`)
	conn := s.Conn(t, name)
	for range 2 {
		for _, sql := range []string{"SELECT count(*) FROM prompt", "SELECT total()"} {
			_, err := conn.Exec(t.Context(), sql)
			require.NoError(t, err)
		}
	}
	samples := newExporter(t, s.URL(name, "postgres"), testConfig()).scrape(t)
	id := `queryid="` + queryid(t, samples, "SELECT count(*) FROM prompt") + `"`
	require.EqualValues(t, 4, one(t, samples, "pg_stat_statements_calls_total{", id))
	require.EqualValues(t, 1, samples[`marketplace_source_up{source="postgres"}`])
}

func TestEvictionsDoNotLowerTheTotals(t *testing.T) {
	s := pgtest.Newest(t, pgtest.Setting("pg_stat_statements.max", "100"))
	name := withStatements(t, s)
	e := newExporter(t, s.URL(name, "postgres"), testConfig())
	db, before := `datname="`+name+`"`, 0.0
	for round := range 8 {
		distinct(t, s, name, 40*round, 40*round+40)
		samples := e.scrape(t)
		now := one(t, samples, "pg_stat_statements_all_calls_total{", db)
		require.GreaterOrEqual(t, now, before)
		before = now
	}
	samples := e.scrape(t)
	require.Positive(t, one(t, samples, "pg_stat_statements_deallocations_total{"))
	require.EqualValues(t, 100, one(t, samples, "pg_stat_statements_max_entries{"))

	s.Exec(t, name, "SELECT extensions.pg_stat_statements_reset()")
	require.Less(t, one(t, e.scrape(t), "pg_stat_statements_all_calls_total{", db), before, "a reset of the statistics resets the counter")
}

func TestTextsAreReadOnlyForNewStatements(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	config := testConfig()
	config.SlowInterval = time.Hour
	e := newExporter(t, s.URL(name, "postgres"), config)
	for range 10 {
		e.scrape(t)
	}
	var reads int
	err := s.Conn(t, name).QueryRow(t.Context(), `SELECT coalesce(sum(calls), 0) FROM extensions.pg_stat_statements
		WHERE query LIKE '%DISTINCT ON (queryid)%' AND query NOT LIKE '%sum(calls)%'`).Scan(&reads)
	require.NoError(t, err)
	require.LessOrEqual(t, reads, 1)
}

func TestWithoutExtension(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	samples := newExporter(t, s.URL(name, "postgres"), testConfig()).scrape(t)
	require.EqualValues(t, 1, one(t, samples, "marketplace_source_failing{", `part="statements"`, `reason="unsupported"`))
	require.Empty(t, only(samples, "pg_stat_statements"))
	require.EqualValues(t, 1, one(t, samples, "pg_up{"))
}

func TestCreatedTimestampsOfStatements(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	_, err := s.Conn(t, name).Exec(t.Context(), "SELECT 1 AS marked")
	require.NoError(t, err)
	e := newExporter(t, s.URL(name, "postgres"), testConfig())
	families, err := e.set.Gather(t.Context())
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "pg_stat_statements_calls_total" {
			for _, metric := range family.GetMetric() {
				require.WithinDuration(t, time.Now(), metric.GetCounter().GetCreatedTimestamp().AsTime(), time.Minute)
			}
			return
		}
	}
	require.Fail(t, "no statements")
}

func TestNewExtensionIsReadByTheNextScrape(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	config := testConfig()
	config.RetryInterval = time.Hour
	e := newExporter(t, s.URL(name, "postgres"), config)
	require.NotEmpty(t, only(e.scrape(t), "marketplace_source_failing{", `part="statements"`, `reason="unsupported"`))
	s.Exec(t, name, "CREATE EXTENSION pg_stat_statements")
	samples := e.scrape(t)
	require.Empty(t, only(samples, "marketplace_source_failing{"))
	require.NotEmpty(t, only(samples, "pg_stat_statements_calls_total{"))
}

func TestLockOnCatalogOfExtensionsLeavesServerUp(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	e := newExporter(t, s.URL(name, "postgres"), testConfig())
	require.Empty(t, only(e.scrape(t), "marketplace_source_failing{"))
	hold(t, s, name, "LOCK TABLE pg_extension")
	samples := e.scrape(t)
	require.EqualValues(t, 1, one(t, samples, "pg_up{"))
	require.NotEmpty(t, only(samples, "marketplace_source_failing{", `part="statements"`, `reason="locked"`))
	require.NotEmpty(t, only(samples, "pg_stat_database_xact_commit_total{"))
}

func TestEvictionOfMostEntriesDoesNotLowerTheTotals(t *testing.T) {
	s := pgtest.Newest(t)
	name := withStatements(t, s)
	s.Exec(t, name, "SELECT generate_series(1, 100000)")
	e := newExporter(t, s.URL(name, "postgres"), testConfig())
	total := func() float64 { return one(t, e.scrape(t), "pg_stat_statements_all_rows_total{", name) }
	before := total()
	// A reset of single statements removes entries as an eviction does, and is not a reset of the
	// statistics.
	s.Exec(t, name, `SELECT extensions.pg_stat_statements_reset(0, dbid, queryid) FROM extensions.pg_stat_statements
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid <> 0`)
	require.GreaterOrEqual(t, total(), before)
	s.Exec(t, name, "SELECT extensions.pg_stat_statements_reset()")
	require.Less(t, total(), before)
}
