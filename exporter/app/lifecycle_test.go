package app_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startWithScrape starts an exporter with a scrape that waits for a silent database. The channel
// receives the status of the response, or 0 for a closed connection.
func startWithScrape(t *testing.T, args ...string) (e *exporter, scraped <-chan int) {
	t.Helper()
	var config net.ListenConfig
	database, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = database.Close() })
	e = start(t, append(args, "--database.url=postgres://u@"+database.Addr().String()+"/d",
		"--database.replica-url=postgres://u@127.0.0.1:1/d")...) // of the KPIs, which would connect without a scrape
	done := make(chan int, 1)
	go func() {
		status, _ := statusOf(t.Context(), e.url+"/metrics")
		done <- status
	}()
	connection, err := database.Accept() // of the scrape
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return e, done
}

func TestShutdownTakesLessThanFiveSeconds(t *testing.T) {
	e, scraped := startWithScrape(t) // the scrape lasts longer
	stopped := time.Now()
	require.NoError(t, e.stop())
	require.Less(t, time.Since(stopped), 5*time.Second)
	require.Contains(t, e.log.String(), "msg=stopped")
	<-scraped // answered or closed
}

func TestShutdownAnswersAScrapeUnderWay(t *testing.T) {
	e, scraped := startWithScrape(t, "--collect.timeout=1s")
	require.NoError(t, e.stop())
	require.Equal(t, http.StatusOK, <-scraped)
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
