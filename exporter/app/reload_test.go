package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReloadingByHTTP(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	e := start(t, "--database.url=postgres://u:canary@127.0.0.1:1/d", "--kpi.file="+file, "--web.enable-lifecycle")
	status, _ := e.get(t, "/-/reload")
	require.Equal(t, http.StatusMethodNotAllowed, status)

	require.NoError(t, os.WriteFile(file, []byte("kpis: [{name: broken}]\n"), 0o600))
	status, body := e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, body, file+":1: broken:")
	requireSample(t, 0, e.scrape(t), "marketplace_exporter_config_last_reload_successful")

	require.NoError(t, os.WriteFile(file, []byte("kpis: [{name: files, disabled: true}]\n"), 0o600))
	status, _ = e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusOK, status)
	text := e.scrape(t)
	requireSample(t, 1, text, "marketplace_exporter_config_last_reload_successful")
	_, found := sample(text, `marketplace_kpi_interval_seconds{kpi="files"}`)
	require.False(t, found)
	_, found = sample(text, `marketplace_kpi_interval_seconds{kpi="users"}`)
	require.True(t, found)
}

func TestReloadWithAnInvalidFileKeepsTheConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--kpi.file="+file)
	requireSample(t, 1, e.scrape(t), "marketplace_exporter_config_last_reload_successful")

	require.NoError(t, os.WriteFile(file, []byte("kpis: [{name: broken}]\n"), 0o600))
	require.ErrorContains(t, e.Reload(), file+":1")
	requireSample(t, 0, e.scrape(t), "marketplace_exporter_config_last_reload_successful")
	require.Contains(t, e.log.String(), file+":1", "the log names the line")
	_, found := sample(e.scrape(t), "marketplace_kpi_interval_seconds")
	require.True(t, found, "the previous KPIs stay")

	require.NoError(t, os.WriteFile(file, []byte("kpis: [{name: files, disabled: true}]\n"), 0o600))
	require.NoError(t, e.Reload())
	requireSample(t, 1, e.scrape(t), "marketplace_exporter_config_last_reload_successful")
}
