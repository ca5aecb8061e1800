package postgres

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const statisticsStart = "pg_indexes_statistics_start_timestamp_seconds"

func unixSeconds(at time.Time) float64 { return float64(at.UnixMicro()) / 1e6 }

// statisticsSince waits for the start of the statistics, which is delayed before Postgres 15.
func statisticsSince(t *testing.T, s *pgtest.Server, db string) float64 {
	t.Helper()
	e := newExporter(t, s.URL(db, "postgres"), testConfig())
	var since float64
	require.Eventually(t, func() bool {
		samples := e.scrape(t)
		requireNoRelationFailures(t, samples)
		since = samples[ofDatabase(statisticsStart, db)]
		return since > 0
	}, 10*time.Second, 50*time.Millisecond)
	return since
}

func TestUnusedIndexesRequireOldStatistics(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, "CREATE TABLE shop (k int); CREATE INDEX shop_k ON shop (k)")
		unused := ofIndex("pg_index_unused", db, "shop", "shop_k")
		scrape := func(age time.Duration) map[string]float64 {
			config := testConfig()
			config.IndexMinAge = age
			return newExporter(t, s.URL(db, "postgres"), config).scrape(t)
		}
		requireClassified := func(samples map[string]float64, classified bool) {
			t.Helper()
			requireNoRelationFailures(t, samples)
			require.Equal(t, classified, len(series(samples, "pg_index_unused")) == 1)
			_, counted := samples[ofClass("pg_indexes", db, "unused")]
			require.Equal(t, classified, counted, "an unknown count is absent, not 0")
		}

		before := statisticsSince(t, s, db)
		age := time.Since(time.Unix(int64(before), 0)) // the cluster may be a copy of an older one
		requireClassified(scrape(age+time.Minute), false)
		requireClassified(scrape(age-2*time.Second), true)

		s.Exec(t, db, "SELECT pg_stat_reset()")
		config := testConfig()
		config.IndexMinAge = 3 * time.Second
		e := newExporter(t, s.URL(db, "postgres"), config)
		requireClassified(e.scrape(t), false)
		requireClassified(e.scrapeUntil(t, unused, 1), true)
		require.Greater(t, statisticsSince(t, s, db), before)

		s.Exec(t, db, "ALTER DATABASE "+db+" SET track_counts = off")
		requireClassified(scrape(0), false)
	})
}

func TestIndexStatisticsRestart(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, "CREATE TABLE shop (k int); CREATE INDEX shop_k ON shop (k)")
		first := statisticsSince(t, s, db)

		require.NoError(t, s.Restart(t.Context()))
		require.Equal(t, first, statisticsSince(t, s, db), "a clean restart keeps the statistics")

		crash := time.Now()
		require.NoError(t, s.Stop(t.Context(), pgserver.Immediate))
		require.NoError(t, s.Start(t.Context()))
		require.Greater(t, statisticsSince(t, s, db), unixSeconds(crash), "a crash loses the statistics")

		// A standby without a primary suffices.
		require.NoError(t, s.Stop(t.Context(), pgserver.Fast))
		signal := filepath.Join(s.Dir(), "data", "standby.signal")
		require.NoError(t, os.WriteFile(signal, nil, 0o644))
		promotion := time.Now()
		require.NoError(t, s.Start(t.Context()))
		standby := newExporter(t, s.URL(db, "postgres"), testConfig()).scrape(t)
		requireNoRelationFailures(t, standby)
		require.Empty(t, series(standby, "pg_index_unused"), "the primary may use an index that the standby does not use")
		require.NotContains(t, standby, ofClass("pg_indexes", db, "unused"))
		require.NotContains(t, standby, ofDatabase(statisticsStart, db))
		require.NotContains(t, standby, ofTable("pg_stat_user_tables_n_live_tup", db, "shop"))
		require.Contains(t, standby, ofIndex("pg_stat_user_indexes_idx_scan_total", db, "shop", "shop_k"))

		s.Exec(t, "postgres", "SELECT pg_promote()")
		s.Exec(t, "postgres", "CHECKPOINT")
		require.Greater(t, statisticsSince(t, s, db), unixSeconds(promotion), "a promoted standby has not yet run the queries of a primary")
	})
}
