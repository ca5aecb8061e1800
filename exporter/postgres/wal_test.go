package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestWAL(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		if s.Major() >= 14 {
			s.Exec(t, "postgres", "ALTER SYSTEM SET track_wal_io_timing = on")
			s.Exec(t, "postgres", "SELECT pg_reload_conf()")
		}
		position := onServer("pg_wal_position_bytes")
		records := onServer("pg_stat_wal_records_total")
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		before := e.settled(t, position, records)
		s.Exec(t, "shop", "CREATE TABLE items (name text); INSERT INTO items SELECT repeat('x', 1000) FROM generate_series(1, 5000)")
		after := e.settled(t, position, records)
		grown := func(name string) float64 { return after[onServer(name)] - before[onServer(name)] }
		require.Greater(t, grown("pg_wal_position_bytes"), 5e6)
		require.Less(t, grown("pg_wal_position_bytes"), 8e6)
		require.InDelta(t, number(t, s.Conn(t, "postgres"), "pg_current_wal_lsn() - '0/0'"), after[position], 1e5)
		if s.Major() < 14 {
			require.NotContains(t, after, records)
			require.NotContains(t, after, onServer("pg_stat_wal_write_total"))
			return
		}
		require.InEpsilon(t, grown("pg_wal_position_bytes"), grown("pg_stat_wal_bytes_total"), 0.05)
		require.InEpsilon(t, 5000, grown("pg_stat_wal_records_total"), 0.5)
		require.Greater(t, grown("pg_stat_wal_fpi_total"), 0.0)
		require.Less(t, grown("pg_stat_wal_fpi_total"), 1000.0)
		require.Greater(t, grown("pg_stat_wal_buffers_full_total"), 0.0)
		require.Greater(t, grown("pg_stat_wal_write_total"), 40.0, "5 MB in writes of 64 KB")
		require.Greater(t, grown("pg_stat_wal_sync_total"), 0.0)
		for _, name := range []string{"pg_stat_wal_write_time_seconds_total", "pg_stat_wal_sync_time_seconds_total"} {
			require.Greater(t, grown(name), 0.0)
			require.Less(t, grown(name), 20.0)
		}
		s.Exec(t, "postgres", "ALTER DATABASE postgres SET track_wal_io_timing = off")
		untimed := newExporter(t, s.URL("postgres", "monitor:m"), testConfig()).scrape(t)
		require.NotContains(t, untimed, onServer("pg_stat_wal_write_time_seconds_total"))
		require.NotContains(t, untimed, onServer("pg_stat_wal_sync_time_seconds_total"))
		require.Contains(t, untimed, onServer("pg_stat_wal_write_total"))
	}, pgtest.Setting("wal_buffers", "64kB"), pgtest.Setting("fsync", "on"), pgtest.Setting("full_page_writes", "on"))
}

func TestArchiver(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		archived, failed := onServer("pg_stat_archiver_archived_total"), onServer("pg_stat_archiver_failed_total")
		lastArchived := onServer("pg_stat_archiver_last_archived_timestamp_seconds")
		lastFailed := onServer("pg_stat_archiver_last_failed_timestamp_seconds")
		e := newExporter(t, s.URL("postgres", "monitor:m"), testConfig())
		samples := e.scrape(t)
		require.Zero(t, samples[archived])
		require.Contains(t, samples, archived)
		require.Contains(t, samples, failed)
		require.NotContains(t, samples, lastArchived)
		require.NotContains(t, samples, lastFailed)

		s.Exec(t, "postgres", "SELECT pg_switch_wal()")
		samples = e.until(t, reaches(archived, 1))
		require.EqualValues(t, 1, samples[archived])
		require.Zero(t, samples[failed])
		require.InDelta(t, float64(time.Now().Unix()), samples[lastArchived], 30)
		require.NotContains(t, samples, lastFailed)

		s.Exec(t, "postgres", "ALTER SYSTEM SET archive_command = 'false'")
		s.Exec(t, "postgres", "SELECT pg_reload_conf()")
		s.Exec(t, "postgres", "SELECT txid_current()")
		s.Exec(t, "postgres", "SELECT pg_switch_wal()")
		samples = e.until(t, reaches(failed, 1))
		require.GreaterOrEqual(t, samples[failed], 1.0)
		require.EqualValues(t, 1, samples[archived])
		require.InDelta(t, float64(time.Now().Unix()), samples[lastFailed], 30)
	}, pgtest.Setting("archive_mode", "on"), pgtest.Setting("archive_command", "true"))
}
