package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// shop returns a series of the application's database.
func shop(counter string) string { return "pg_stat_database_" + counter + `{datname="shop"}` }

func TestDatabases(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		s.Exec(t, "shop", `CREATE TABLE items (id int PRIMARY KEY, name text);
			INSERT INTO items SELECT i, repeat('x', 80) FROM generate_series(1, 1000) i; ALTER TABLE items OWNER TO app`)
		s.Exec(t, "shop", "VACUUM ANALYZE items")
		require.NoError(t, s.Restart(t.Context())) // empties the buffer cache
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		t.Run("activity", func(t *testing.T) { testDatabaseActivity(t, s, e) })
		t.Run("deadlock", func(t *testing.T) { testDeadlock(t, s, e) })
		t.Run("sessions", func(t *testing.T) { testSessions(t, s, e) })
		t.Run("statistics reset", func(t *testing.T) { testReset(t, s, e) })
		t.Run("without I/O timing", func(t *testing.T) {
			samples := e.scrape(t)
			require.Contains(t, samples, shop("blk_read_time_seconds_total"))
			require.Contains(t, samples, shop("blk_write_time_seconds_total"))
			s.Exec(t, "postgres", "ALTER DATABASE postgres SET track_io_timing = off")
			samples = newExporter(t, s.URL("postgres", "monitor:m"), testConfig()).scrape(t)
			require.NotContains(t, samples, shop("blk_read_time_seconds_total"))
			require.NotContains(t, samples, shop("blk_write_time_seconds_total"))
		})
		require.NotContains(t, e.scrape(t), "pg_stat_database_conflicts_confl_lock_total"+`{datname="shop"}`, "only a standby has conflicts")
	}, pgtest.Setting("autovacuum", "off"), pgtest.Setting("deadlock_timeout", "100ms"))
}

// testDatabaseActivity runs statements that increment every counter of activity.
func testDatabaseActivity(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	before := e.settled(t, shop("xact_commit_total"), shop("tup_returned_total"))
	conn := connect(t, s, "app:a")
	require.EqualValues(t, 1, e.until(t, reaches(shop("numbackends"), 1))[shop("numbackends")])
	run(t, conn, "SET enable_bitmapscan = off", "SET work_mem = '64kB'")
	for range 20 {
		run(t, conn, "SELECT count(name) FROM items")
	}
	run(t, conn, "SET enable_seqscan = off", "SELECT name FROM items WHERE id > 0")
	run(t, conn, "INSERT INTO items SELECT 5000 + i FROM generate_series(1, 70) i", "UPDATE items SET name = '' WHERE id <= 50",
		"DELETE FROM items WHERE id BETWEEN 101 AND 130")
	for range 3 {
		run(t, conn, "BEGIN", "SELECT 1", "ROLLBACK")
	}
	run(t, conn, "SELECT count(*) FROM (SELECT name FROM items, (VALUES (1), (2), (3), (4), (5)) five ORDER BY random(), name) sorted")
	require.NoError(t, conn.Close(t.Context()))

	after := e.settled(t, shop("xact_commit_total"), shop("temp_files_total"))
	grown := func(counter string) float64 { return after[shop(counter)] - before[shop(counter)] }
	require.Zero(t, after[shop("numbackends")])
	require.EqualValues(t, 3, grown("xact_rollback_total"))
	require.InDelta(t, 28, grown("xact_commit_total"), 3, "connecting commits as well")
	require.EqualValues(t, 70, grown("tup_inserted_total"))
	require.EqualValues(t, 50, grown("tup_updated_total"))
	require.EqualValues(t, 30, grown("tup_deleted_total"))
	require.GreaterOrEqual(t, grown("tup_fetched_total"), 1000.0, "by the index, plus catalogs")
	require.Less(t, grown("tup_fetched_total"), 5000.0)
	require.GreaterOrEqual(t, grown("tup_returned_total"), 21_000.0)
	const pages = 13 // 1000 rows of 115 bytes in pages of 8 KB
	require.GreaterOrEqual(t, grown("blks_read_total"), float64(pages))
	require.GreaterOrEqual(t, grown("blks_hit_total"), float64(pages))
	require.Greater(t, grown("blk_read_time_seconds_total"), 0.0)
	require.Less(t, grown("blk_read_time_seconds_total"), 5.0, "seconds, not milliseconds")
	require.EqualValues(t, 1, grown("temp_files_total"))
	require.Greater(t, grown("temp_bytes_total"), 5000.0*80*0.8)
	require.Less(t, grown("temp_bytes_total"), 5000.0*80*3)
	require.Zero(t, grown("deadlocks_total"))
	require.Zero(t, after[shop("conflicts_total")])
}

func testDeadlock(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	one, two := connect(t, s, "app:a"), connect(t, s, "app:a")
	run(t, one, "BEGIN", "SELECT FROM items WHERE id = 1 FOR UPDATE")
	run(t, two, "BEGIN", "SELECT FROM items WHERE id = 2 FOR UPDATE")
	waiting := begin(t, one, "SELECT FROM items WHERE id = 2 FOR UPDATE")
	_, crossing := begin(t, two, "SELECT FROM items WHERE id = 1 FOR UPDATE").ReadAll()
	if crossing == nil {
		require.NoError(t, two.Close(t.Context()))
	} else {
		run(t, two, "ROLLBACK")
	}
	_, waited := waiting.ReadAll()
	require.NotEqual(t, crossing == nil, waited == nil, "one of the two is canceled")
	require.NoError(t, one.Close(t.Context()))
	require.NoError(t, two.Close(t.Context()))
	require.EqualValues(t, 1, e.until(t, reaches(shop("deadlocks_total"), 1))[shop("deadlocks_total")])
}

func testSessions(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	if s.Major() < 14 {
		require.NotContains(t, e.scrape(t), shop("sessions_total"))
		return
	}
	before := e.settled(t, shop("sessions_total"))
	busy, lost, killed, fatal := connect(t, s, "app:a"), connect(t, s, "app:a"),
		connect(t, s, "app:a"), connect(t, s, "app:a")
	run(t, busy, "SELECT pg_sleep(0.4)", "BEGIN", "SELECT 1")
	time.Sleep(700 * time.Millisecond)
	run(t, busy, "COMMIT")
	time.Sleep(300 * time.Millisecond)
	require.NoError(t, busy.Close(t.Context()))
	require.NoError(t, lost.PgConn().Conn().Close())
	s.Exec(t, "postgres", fmt.Sprintf("SELECT pg_terminate_backend(%d)", killed.PgConn().PID()))
	run(t, fatal, "SET idle_in_transaction_session_timeout = '10ms'", "BEGIN")
	time.Sleep(100 * time.Millisecond)

	after := e.settled(t, shop("sessions_total"), shop("sessions_abandoned_total"), shop("sessions_killed_total"))
	grown := func(counter string) float64 { return after[shop(counter)] - before[shop(counter)] }
	require.EqualValues(t, 4, grown("sessions_total"))
	require.EqualValues(t, 1, grown("sessions_abandoned_total"))
	require.EqualValues(t, 1, grown("sessions_killed_total"))
	require.EqualValues(t, 1, grown("sessions_fatal_total"))
	require.InDelta(t, 0.5, grown("active_time_seconds_total"), 0.2)
	require.InDelta(t, 0.8, grown("idle_in_transaction_time_seconds_total"), 0.2)
	require.Greater(t, grown("session_time_seconds_total"), 1.4)
	require.Less(t, grown("session_time_seconds_total"), 60.0)
}

// testReset checks the created timestamp, which marks a reset for Prometheus.
func testReset(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	before := time.Now()
	s.Exec(t, "shop", "SELECT pg_stat_reset()")
	created := func() time.Time {
		families, err := e.set.Gather(t.Context())
		require.NoError(t, err)
		for _, family := range families {
			for _, metric := range family.GetMetric() {
				if family.GetName() == "pg_stat_database_xact_commit_total" && metric.GetLabel()[0].GetValue() == "shop" {
					return metric.GetCounter().GetCreatedTimestamp().AsTime()
				}
			}
		}
		return time.Time{}
	}
	require.Eventually(t, func() bool { return created().After(before) && created().Before(time.Now()) },
		10*time.Second, 50*time.Millisecond)
}

func TestDatabaseProperties(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		s.Exec(t, "postgres", `CREATE ROLE guest LOGIN PASSWORD 'n'; ALTER DATABASE shop CONNECTION LIMIT 7`)
		s.Exec(t, "postgres", "CREATE DATABASE closed")
		s.Exec(t, "postgres", "REVOKE CONNECT ON DATABASE closed FROM public")
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		before := e.scrape(t)

		t.Run("size", func(t *testing.T) {
			size := number(t, s.Conn(t, "postgres"), "pg_database_size('shop')")
			require.InEpsilon(t, size, before[`pg_database_size_bytes{datname="shop"}`], 0.01)
			require.Contains(t, before, `pg_database_size_bytes{datname="closed"}`)
			unprivileged := newExporter(t, s.URL("postgres", "guest:n"), testConfig()).scrape(t)
			require.Contains(t, unprivileged, `pg_database_size_bytes{datname="shop"}`)
			require.NotContains(t, unprivileged, `pg_database_size_bytes{datname="closed"}`)
		})
		t.Run("connection limit", func(t *testing.T) {
			require.EqualValues(t, 7, before[`pg_database_connection_limit{datname="shop"}`])
			require.NotContains(t, before, `pg_database_connection_limit{datname="postgres"}`)
		})
		t.Run("wraparound", func(t *testing.T) {
			const xids, multis = `pg_database_wraparound_age_datfrozenxid{datname="template0"}`,
				`pg_database_wraparound_age_datminmxid{datname="template0"}`
			one, two := connect(t, s, "app:a"), connect(t, s, "app:a")
			for range 20 {
				run(t, one, "SELECT txid_current()")
			}
			run(t, one, "CREATE TABLE carts (id int)", "INSERT INTO carts VALUES (1)", "BEGIN", "SELECT FROM carts FOR SHARE")
			run(t, two, "BEGIN", "SELECT FROM carts FOR SHARE")
			after := e.scrape(t)
			require.EqualValues(t, 24, after[xids]-before[xids])
			require.EqualValues(t, 1, after[multis]-before[multis])
		})
	}, pgtest.Setting("autovacuum", "off"))
}

// TestChecksums damages a page of a table and a page of a shared catalog.
func TestChecksums(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		const failures = "pg_stat_database_checksum_failures_total"
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		require.Contains(t, e.scrape(t), failures+`{datname="shop"}`)
		require.Zero(t, e.scrape(t)[failures+`{datname="shop"}`])
		s.Exec(t, "shop", "CREATE TABLE items AS SELECT 1 AS id")
		s.Exec(t, "postgres", "COMMENT ON DATABASE shop IS 'a row of pg_shdescription'")
		damage(t, s, "shop", "items")
		damage(t, s, "shop", "pg_shdescription")
		began := time.Now()
		super := s.Conn(t, "shop")
		for _, table := range []string{"items", "pg_shdescription"} {
			_, err := super.Exec(t.Context(), "SELECT * FROM "+table)
			require.ErrorContains(t, err, "invalid page")
		}
		require.NoError(t, super.Close(t.Context()))
		const shared, own = failures + `{datname="postgres"}`, failures + `{datname="shop"}`
		samples := e.until(t, func(samples map[string]float64) bool { return min(samples[shared], samples[own]) >= 1 })
		require.LessOrEqual(t, samples[own], 2.0, "servers before 18 may read a damaged page again")
		require.LessOrEqual(t, samples[shared], 2.0)
		at := samples[`pg_stat_database_checksum_last_failure_timestamp_seconds{datname="shop"}`]
		require.InDelta(t, float64(began.Unix()), at, 10)
		require.NotContains(t, samples, `pg_stat_database_checksum_last_failure_timestamp_seconds{datname="template0"}`)
	}, func(opts *pgserver.Options) { opts.Checksums = true })
}

// TestWithoutChecksums covers the versions where initdb does not enable them by default.
func TestWithoutChecksums(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		samples := newExporter(t, s.URL("postgres", "postgres"), testConfig()).scrape(t)
		_, known := samples[`pg_stat_database_checksum_failures_total{datname="postgres"}`]
		require.Equal(t, s.Major() >= 18, known)
	})
}

func damage(t *testing.T, s *pgtest.Server, database, table string) {
	t.Helper()
	var folder, file string
	conn := s.Conn(t, database)
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting('data_directory'), pg_relation_filepath($1)", table).
		Scan(&folder, &file))
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, s.Restart(t.Context()))
	page, err := os.OpenFile(filepath.Join(folder, file), os.O_WRONLY, 0)
	require.NoError(t, err)
	defer page.Close()
	_, err = page.WriteAt([]byte("damaged"), 8000)
	require.NoError(t, err)
}
