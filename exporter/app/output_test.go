package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// openMarketplace creates a database with a small marketplace and the monitoring role, and returns
// its name.
func openMarketplace(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	name := s.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), s.Conn(t, name), marketplace.SeedOptions{Users: 300, Seed: 1}))
	role, err := os.ReadFile("../../deploy/postgres/monitoring-role.sql")
	require.NoError(t, err)
	s.Exec(t, name, string(role))
	s.Exec(t, name, "ALTER ROLE marketplace_exporter PASSWORD 'canary-secret'")
	return name
}

func TestMetricsDocumentationIsUpToDate(t *testing.T) {
	printed, err := execute(t, "metrics")
	require.NoError(t, err)
	documented, err := os.ReadFile("../../docs/metrics.md")
	require.NoError(t, err)
	if string(documented) != printed { // a diff of the whole table would not help
		t.Error("docs/metrics.md is out of date; hint: make generate")
	}
}

// TestScrapeOfAMarketplace checks the output of a real database with promtool and with the
// documentation.
func TestScrapeOfAMarketplace(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		name := openMarketplace(t, s)
		e := start(t, "--database.url="+s.URL(name, "marketplace_exporter:canary-secret"))
		var text string
		require.Eventually(t, func() bool { // until every KPI has a value
			text = e.scrape(t)
			kpis := strings.Count(text, "\nmarketplace_kpi_interval_seconds{")
			return kpis > 0 && strings.Count(text, "\nmarketplace_kpi_last_success_timestamp_seconds{") == kpis
		}, 30*time.Second, 200*time.Millisecond)
		require.Empty(t, checkMetrics(t, text))
		require.Empty(t, failing(text))
		require.Zero(t, strings.Count(text+e.log.String(), "canary"))

		printed, err := execute(t, "metrics")
		require.NoError(t, err)
		for line := range strings.Lines(text) {
			fields := strings.Fields(line)
			if len(fields) != 4 || fields[1] != "TYPE" || isGeneral(fields[2]) {
				continue
			}
			if !strings.Contains(printed, "| `"+fields[2]+"` | "+fields[3]+" |") {
				t.Errorf("%s is not documented as a %s", fields[2], fields[3])
			}
		}
	})
}

// isGeneral reports whether every Go program has the metric.
func isGeneral(metric string) bool {
	return strings.HasPrefix(metric, "go_") || strings.HasPrefix(metric, "process_") ||
		metric == "marketplace_exporter_build_info"
}

func TestScrapeThroughAPoolerWithAPrismaURL(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		name := openMarketplace(t, s)
		bouncer := pgtest.Bouncer(t, s)
		e := start(t, "--database.url="+bouncer.URL(name, "postgres")+"&pgbouncer=true&connection_limit=1&schema=public")
		for range 3 {
			text := e.scrape(t)
			requireSample(t, 1, text, "pg_up{")
			require.Empty(t, failing(text))
		}
		require.Eventually(t, func() bool {
			users, found := sample(e.scrape(t), `marketplace_users{status="ACTIVE"}`)
			return found && users > 0
		}, 20*time.Second, 100*time.Millisecond)
	})
}

func TestOnlyKPIsQueryTheReplica(t *testing.T) {
	primary, replica := pgtest.Newest(t), pgtest.Newest(t)
	name := openMarketplace(t, replica)
	e := start(t, "--database.url="+primary.URL("postgres", "postgres"), "--database.replica-url="+replica.URL(name, "postgres"))
	require.Eventually(t, func() bool {
		_, found := sample(e.scrape(t), `marketplace_users{status="ACTIVE"}`)
		return found
	}, 20*time.Second, 100*time.Millisecond)
	requireSample(t, 1, e.scrape(t), `pg_up{datname="postgres"}`)
}

func TestRoleWithoutPrivilegesLosesOnlyThePartsThatNeedThem(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	s.Exec(t, name, "CREATE EXTENSION pg_stat_statements; CREATE TABLE t (); CREATE ROLE restricted LOGIN PASSWORD 'x'")
	e := start(t, "--database.url="+s.URL(name, "restricted:x"))
	text := e.scrape(t)
	requireSample(t, 1, text, "pg_up{")
	requireSample(t, 1, text, "marketplace_source_up{", `source="postgres"`)
	requireSample(t, 1, text, "marketplace_source_failing{", `part="statements"`, `reason="permission_denied"`)
	requireSample(t, 1, text, "marketplace_source_failures_total{", `part="statements"`, `reason="permission_denied"`)
	_, found := sample(text, "pg_stat_statements_calls_total")
	require.False(t, found)
	_, found = sample(text, "pg_stat_database_xact_commit_total")
	require.True(t, found)

	s.Exec(t, name, "GRANT pg_monitor TO restricted")
	text = e.scrape(t)
	_, found = sample(text, "pg_stat_statements_calls_total")
	require.True(t, found)
	require.Empty(t, failing(text, `part="statements"`))
}
