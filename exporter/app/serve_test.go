package app_test

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestTheDatabaseMayComeAndGo(t *testing.T) {
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
	require.Equal(t, 2, strings.Count(e.log.String(), `msg="collecting fails" name=postgres part=""`), "said once each time")
	require.NoError(t, s.Start(t.Context()))
}

func TestTwentyScrapesAtOnceCostOneCollection(t *testing.T) {
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

func TestAClientThatHangsUpDelaysNobody(t *testing.T) {
	s := pgtest.Newest(t)
	e := start(t, "--database.url="+s.URL("postgres", "postgres"))
	for range 10 {
		ctx, hangUp := context.WithTimeout(t.Context(), 2*time.Millisecond)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/metrics", nil)
		require.NoError(t, err)
		if response, err := http.DefaultClient.Do(request); err == nil {
			require.NoError(t, response.Body.Close())
		}
		hangUp()
	}
	started := time.Now()
	requireSample(t, 1, e.scrape(t), "pg_up{")
	require.Less(t, time.Since(started), 5*time.Second)
}

func TestTheScrapersDeadlineHolds(t *testing.T) {
	e := start(t, "--database.url=postgres://u@"+silent(t)+"/d")
	started := time.Now()
	status, body := e.get(t, "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "1.5")
	require.Equal(t, http.StatusOK, status)
	require.InDelta(t, 0.95, time.Since(started).Seconds(), 0.25, "the timeout less 500 ms, in the end")
	requireSample(t, 0, body, "pg_up{")
	requireSample(t, 1, body, "marketplace_source_failing{", `source="postgres"`, `reason="timeout"`)
}

func TestPages(t *testing.T) {
	e := start(t, "--database.url=postgres://u:canary@127.0.0.1:1/d", "--web.telemetry-path=/m")
	for path, want := range map[string]string{
		"/": `href="/m"`, "/-/healthy": "healthy", "/-/ready": "ready", "/m": "pg_up",
	} {
		status, body := e.get(t, path)
		require.Equal(t, http.StatusOK, status, path)
		require.Contains(t, body, want, path)
		require.NotContains(t, body, "canary", path)
	}
	status, _ := e.get(t, "/nothing")
	require.Equal(t, http.StatusNotFound, status)
	status, body := e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, body, "--web.enable-lifecycle")
	require.NotContains(t, e.log.String(), "canary")
}

func TestFormatsAreNegotiated(t *testing.T) {
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d")
	status, body := e.get(t, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	require.Equal(t, http.StatusOK, status)
	require.True(t, strings.HasSuffix(body, "# EOF\n"))
	require.NotContains(t, body, "_created", "a series more for each counter, unless it is asked for")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url+"/metrics", nil)
	require.NoError(t, err)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, "gzip", response.Header.Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(response.Body)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Contains(t, string(text), "pg_up")
}

func TestBasicAuthentication(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "web.yml")
	require.NoError(t, os.WriteFile(file, []byte("basic_auth_users:\n  prometheus: "+string(hash)+"\n"), 0o600))
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--web.config.file="+file)
	status, _ := e.get(t, "/metrics")
	require.Equal(t, http.StatusUnauthorized, status)
	status, _ = e.get(t, "/metrics", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("prometheus:secret")))
	require.Equal(t, http.StatusOK, status)
}

func TestReloadingByHTTP(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("[]"), 0o600))
	e := start(t, "--database.url=postgres://u:canary@127.0.0.1:1/d", "--kpi.file="+file, "--web.enable-lifecycle")
	status, _ := e.get(t, "/-/reload")
	require.Equal(t, http.StatusMethodNotAllowed, status)

	require.NoError(t, os.WriteFile(file, []byte("- name: broken\n"), 0o600))
	status, body := e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, body, file+":1: broken:")
	requireSample(t, 0, e.scrape(t), "marketplace_exporter_config_last_reload_successful")

	require.NoError(t, os.WriteFile(file, []byte("- name: files\n  disabled: true\n"), 0o600))
	status, _ = e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusOK, status)
	text := e.scrape(t)
	requireSample(t, 1, text, "marketplace_exporter_config_last_reload_successful")
	_, found := sample(text, `marketplace_kpi_interval_seconds{kpi="files"}`)
	require.False(t, found)
	_, found = sample(text, `marketplace_kpi_interval_seconds{kpi="users"}`)
	require.True(t, found)
}

func TestShutdownTakesLessThanFiveSeconds(t *testing.T) {
	e := start(t, "--database.url=postgres://u@"+silent(t)+"/d") // the scrape lasts longer
	scraped := make(chan int, 1)
	go func() {
		status, _ := statusOf(t.Context(), e.url+"/metrics")
		scraped <- status
	}()
	time.Sleep(200 * time.Millisecond)
	stopped := time.Now()
	require.NoError(t, e.stop())
	require.Less(t, time.Since(stopped), 5*time.Second)
	require.Contains(t, e.log.String(), "msg=stopped")
	<-scraped // answered or closed
}

func TestShutdownAnswersAScrapeUnderWay(t *testing.T) {
	e := start(t, "--database.url=postgres://u@"+silent(t)+"/d", "--collect.timeout=1s")
	scraped := make(chan int, 1)
	go func() {
		status, _ := statusOf(t.Context(), e.url+"/metrics")
		scraped <- status
	}()
	time.Sleep(200 * time.Millisecond)
	require.NoError(t, e.stop())
	require.Equal(t, http.StatusOK, <-scraped)
}

func TestReloadWithAnInvalidFileKeepsTheConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("[]"), 0o600))
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--kpi.file="+file)
	requireSample(t, 1, e.scrape(t), "marketplace_exporter_config_last_reload_successful")

	require.NoError(t, os.WriteFile(file, []byte("- name: broken\n"), 0o600))
	require.ErrorContains(t, e.Reload(), file+":1")
	requireSample(t, 0, e.scrape(t), "marketplace_exporter_config_last_reload_successful")
	require.Contains(t, e.log.String(), file+":1", "the log names the line")
	_, found := sample(e.scrape(t), "marketplace_kpi_interval_seconds")
	require.True(t, found, "the previous KPIs stay")

	require.NoError(t, os.WriteFile(file, []byte("- name: files\n  disabled: true\n"), 0o600))
	require.NoError(t, e.Reload())
	requireSample(t, 1, e.scrape(t), "marketplace_exporter_config_last_reload_successful")
}

func TestTwoAppsRunInOneProcess(t *testing.T) {
	first := start(t, "--database.url=postgres://u@127.0.0.1:1/d")
	second := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--web.telemetry-path=/second")
	require.NotEqual(t, first.url, second.url)
	requireSample(t, 1, first.scrape(t), "marketplace_exporter_config_last_reload_successful")
	status, _ := second.get(t, "/second")
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, first.stop())
	status, _ = second.get(t, "/second")
	require.Equal(t, http.StatusOK, status, "the second App runs on")
}
