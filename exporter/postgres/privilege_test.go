package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestRoleWithoutPrivileges(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		s.Exec(t, "postgres", `CREATE ROLE "No Body" LOGIN PASSWORD 'n'`)
		e := newExporter(t, s.URL("shop", "No Body:n"), testConfig())
		busy := connect(t, s, "app:a")
		run(t, busy, "BEGIN")

		samples := e.scrape(t)
		hidden := []string{"sessions", "blocked", "connections", "replicas"}
		for _, part := range hidden {
			require.EqualValues(t, 1, samples[denied(part)], part)
		}
		for series := range samples {
			require.False(t, strings.HasPrefix(series, "pg_stat_activity"), series)
			require.False(t, strings.HasPrefix(series, "pg_locks_blocked"), series)
			if part, failing := strings.CutPrefix(series, `marketplace_source_failing{part="`); failing {
				part, _, _ = strings.Cut(part, `"`)
				require.Contains(t, append(hidden, "statements"), part, "the other parts work")
			}
		}
		require.EqualValues(t, 1, samples[`marketplace_source_up{source="postgres"}`])
		require.EqualValues(t, 1, samples[`pg_up{datname="shop"}`])
		for _, series := range []string{
			locksOf("accesssharelock"), shop("xact_commit_total"), `pg_database_size_bytes{datname="shop"}`,
			`pg_wal_position_bytes{datname="shop"}`, `pg_stat_archiver_failed_total{datname="shop"}`,
			`pg_replication_is_replica{datname="shop"}`, `pg_stat_checkpointer_num_timed_total{datname="shop"}`,
		} {
			require.Contains(t, samples, series)
		}

		// The result is not cached: the next scrape has the new privileges.
		s.Exec(t, "postgres", `GRANT pg_monitor TO "No Body"`)
		samples = e.scrape(t)
		require.Contains(t, samples, oldestTransaction)
		for series, failing := range samples {
			if strings.HasPrefix(series, "marketplace_source_failing{") && !strings.Contains(series, `part="statements"`) {
				require.Zero(t, failing, series)
			}
		}
	})
}

func denied(part string) string {
	return `marketplace_source_failing{part="` + part + `",reason="permission_denied",source="postgres"}`
}
