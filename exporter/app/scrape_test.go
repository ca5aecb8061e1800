package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestDatabaseStopsAndStarts(t *testing.T) {
	s := pgtest.Newest(t)
	require.NoError(t, s.Stop(t.Context(), pgserver.Fast))
	e := start(t, "--database.url="+s.URL("postgres", "postgres"))
	down := e.scrape(t)
	requireSample(t, 0, down, `pg_up{datname="postgres"}`)
	requireSample(t, 1, down, `marketplace_source_failing{`, `source="postgres"`, `reason="unreachable"`)

	require.NoError(t, s.Start(t.Context()))
	requireSample(t, 1, e.scrape(t), `pg_up{datname="postgres"}`)

	require.NoError(t, s.Restart(t.Context()))
	requireSample(t, 1, e.scrape(t), `pg_up{datname="postgres"}`)

	require.NoError(t, s.Stop(t.Context(), pgserver.Fast))
	requireSample(t, 0, e.scrape(t), `pg_up{datname="postgres"}`)
	require.Equal(t, 2, strings.Count(e.log.String(), `msg="collecting fails" name=postgres parts=""`), "logged once per outage")
	require.NoError(t, s.Start(t.Context()))
}

func TestConcurrentScrapesCostOneCollection(t *testing.T) {
	s := pgtest.Newest(t)
	e := start(t, "--database.url="+s.URL("postgres", "postgres"), "--collect.cache-duration=1m")
	watcher := s.Conn(t, "postgres")
	var scrapes sync.WaitGroup
	for range 20 {
		scrapes.Go(func() { e.scrape(t) })
	}
	connections := 0
	for range 50 {
		var now int
		require.NoError(t, watcher.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity "+
			"WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&now))
		connections = max(connections, now)
		time.Sleep(5 * time.Millisecond)
	}
	scrapes.Wait()
	requireSample(t, 3, e.scrape(t), `marketplace_database_round_trips_total{source="postgres"}`)
	require.LessOrEqual(t, connections, 2)
	require.Positive(t, connections)
}

func TestCanceledScrapesDoNotDelayOthers(t *testing.T) {
	s := pgtest.Newest(t)
	e := start(t, "--database.url="+s.URL("postgres", "postgres"))
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/metrics", nil)
		require.NoError(t, err)
		if response, err := http.DefaultClient.Do(request); err == nil {
			require.NoError(t, response.Body.Close())
		}
		cancel()
	}
	started := time.Now()
	requireSample(t, 1, e.scrape(t), "pg_up{")
	require.Less(t, time.Since(started), 5*time.Second)
}

func TestScrapeRespondsBeforeItsTimeout(t *testing.T) {
	e := start(t, "--database.url=postgres://u@"+silent(t)+"/d")
	started := time.Now()
	status, body := e.get(t, "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "1.5")
	require.Equal(t, http.StatusOK, status)
	require.GreaterOrEqual(t, time.Since(started), 950*time.Millisecond, "the timeout less 500 ms")
	require.Less(t, time.Since(started), 1500*time.Millisecond)
	requireSample(t, 0, body, "marketplace_source_up{", `source="postgres"`)
	requireSample(t, 1, body, "marketplace_source_up{", `source="kpi"`)
	requireSample(t, 1, body, "marketplace_source_failing{", `source="postgres"`, `reason="timeout"`)
}

func TestFailedConnectionIsLoggedOnceForEachSource(t *testing.T) {
	e := start(t, "--database.url=postgres://u:canary@127.0.0.1:1/d")
	require.Eventually(t, func() bool {
		return len(failing(e.scrape(t), `source="kpi"`)) >= 2
	}, 20*time.Second, 500*time.Millisecond)
	require.Equal(t, 1, strings.Count(e.log.String(), `msg="collecting fails" name=kpi`), "%s", e.log)
	require.Equal(t, 1, strings.Count(e.log.String(), `msg="collecting fails" name=postgres`), "%s", e.log)
	require.NotContains(t, e.log.String(), "canary")
}
