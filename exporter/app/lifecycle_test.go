package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
