package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestServerIsUp(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		samples := newExporter(t, s.URL("postgres", "postgres"), testConfig()).scrape(t)
		require.EqualValues(t, 1, samples[`pg_up{datname="postgres"}`])
		require.EqualValues(t, 100, samples[`pg_settings_max_connections{datname="postgres"}`])
		require.EqualValues(t, 1, samples[`marketplace_source_up{source="postgres"}`])
	})
}

// TestSettings expects the options, and defaults of Postgres.
func TestSettings(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		samples := newExporter(t, s.URL("postgres", "postgres"), testConfig()).scrape(t)
		for name, want := range map[string]float64{
			"shared_buffers_bytes": 16 << 20, "effective_cache_size_bytes": 4 << 30, "work_mem_bytes": 5 << 20,
			"maintenance_work_mem_bytes": 512 << 20, "max_wal_size_bytes": 1 << 30,
			"random_page_cost": 1.1, "seq_page_cost": 1, "max_worker_processes": 9, "max_parallel_workers": 7,
			"max_locks_per_transaction": 70, "autovacuum_vacuum_threshold": 50, "autovacuum_vacuum_scale_factor": 0.25,
		} {
			require.InDelta(t, want, samples[onServer("pg_settings_"+name)], 1e-9, name)
		}
	}, pgtest.Setting("shared_buffers", "2048"), pgtest.Setting("work_mem", "5MB"), pgtest.Setting("maintenance_work_mem", "512MB"),
		pgtest.Setting("random_page_cost", "1.1"), pgtest.Setting("max_worker_processes", "9"), pgtest.Setting("max_parallel_workers", "7"),
		pgtest.Setting("max_locks_per_transaction", "70"), pgtest.Setting("autovacuum_vacuum_scale_factor", "0.25"))
}

func TestLastScrapeError(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE plain LOGIN PASSWORD 'x'; CREATE EXTENSION pg_stat_statements")
	scraped := func(user string) float64 {
		return newExporter(t, s.URL("postgres", user), testConfig()).scrape(t)["pg_exporter_last_scrape_error"]
	}
	require.Zero(t, scraped("postgres"))
	require.EqualValues(t, 1, scraped("plain:x"), "the role does not see other roles' sessions")
	require.EqualValues(t, 1, scraped("plain:wrong"))
}
