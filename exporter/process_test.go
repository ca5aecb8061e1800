package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/freeport"
)

// process runs the exporter as a process of its own, which signals can be sent to.
func process(t *testing.T, environment ...string) (*exec.Cmd, *exporter) {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	e := &exporter{url: "http://127.0.0.1:" + strconv.Itoa(port), log: &log{}}
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append([]string{beMain + "=1", "WEB_LISTEN_ADDRESS=127.0.0.1:" + strconv.Itoa(port)}, environment...)
	command.Stdout, command.Stderr = e.log, e.log
	require.NoError(t, command.Start())
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	require.Eventually(t, func() bool {
		status, err := statusOf(t.Context(), e.url+"/-/ready")
		return err == nil && status == http.StatusOK
	}, 10*time.Second, 20*time.Millisecond, "the exporter did not become ready")
	return command, e
}

func TestSIGTERMDrainsAndEndsWithStatusZero(t *testing.T) {
	command, e := process(t, "DATABASE_URL=postgres://u@"+silent(t)+"/d") // the scrape lasts
	scraped := make(chan int, 1)
	go func() {
		status, _ := statusOf(t.Context(), e.url+"/metrics")
		scraped <- status
	}()
	time.Sleep(200 * time.Millisecond)
	told := time.Now()
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait(), "%s", e.log)
	require.Less(t, time.Since(told), 5*time.Second)
	require.Contains(t, e.log.String(), "msg=stopped")
	<-scraped // answered or cut off, but not forgotten
}

func TestAScrapeUnderWayIsStillAnswered(t *testing.T) {
	command, e := process(t, "DATABASE_URL=postgres://u@"+silent(t)+"/d", "COLLECT_TIMEOUT=1s")
	scraped := make(chan int, 1)
	go func() {
		status, _ := statusOf(t.Context(), e.url+"/metrics")
		scraped <- status
	}()
	time.Sleep(200 * time.Millisecond)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.Equal(t, http.StatusOK, <-scraped)
	require.NoError(t, command.Wait())
}

func TestSIGHUPReloadsAndABadFileIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("[]"), 0o600))
	command, e := process(t, "DATABASE_URL=postgres://u@127.0.0.1:1/d", "KPI_FILE="+file)
	requireSample(t, 1, e.scrape(t), "marketplace_exporter_config_last_reload_successful")

	require.NoError(t, os.WriteFile(file, []byte("- name: broken\n"), 0o600))
	require.NoError(t, command.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool {
		value, found := sample(e.scrape(t), "marketplace_exporter_config_last_reload_successful")
		return found && value == 0
	}, 5*time.Second, 50*time.Millisecond)
	require.Contains(t, e.log.String(), file+":1", "the log says where")
	_, found := sample(e.scrape(t), "marketplace_kpi_interval_seconds")
	require.True(t, found, "the KPIs that were there stay")

	require.NoError(t, os.WriteFile(file, []byte("- name: files\n  disabled: true\n"), 0o600))
	require.NoError(t, command.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool {
		value, found := sample(e.scrape(t), "marketplace_exporter_config_last_reload_successful")
		return found && value == 1
	}, 5*time.Second, 50*time.Millisecond)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait())
}
