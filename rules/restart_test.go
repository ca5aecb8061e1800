package rules_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

const restartConfig = `
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: ["%s"]
scrape_configs:
  - {job_name: exporter, static_configs: [{targets: ["%s"]}]}
`

// TestCoreRowsLostOutlastsRestart loses rows and restarts a real Prometheus after the rows before
// the loss have left the window. The rules run with a window of 10 seconds instead of an hour.
func TestCoreRowsLostOutlastsRestart(t *testing.T) {
	t.Parallel()
	const firing = `ALERTS{alertname="CoreRowsLost",alertstate="firing"}`
	// The last sample before a reload may stay for 5 minutes.
	const current = "timestamp(" + firing + ") > time() - 5"
	var rows atomic.Int64
	rows.Store(1000)
	exporter := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "pg_stat_user_tables_n_live_tup{datname=\"m\",schemaname=\"public\",relname=\"Order\"} %d\n", rows.Load())
	}))
	t.Cleanup(exporter.Close)
	folder := rulesOfSeconds(t)
	server := promtest.Start(t, fmt.Sprintf(restartConfig, filepath.Join(folder, "*.yml"), strings.TrimPrefix(exporter.URL, "http://")),
		"--web.enable-lifecycle")
	server.Await(t, "table:pg_core_rows_expected:max == 1000")

	rows.Store(500)
	server.Await(t, firing)
	server.Await(t, "table:pg_stat_user_tables_n_live_tup:max1h == 500")
	require.NotEmpty(t, server.Query(t, firing), "after the window")
	require.NoError(t, server.Stop(t.Context(), syscall.SIGTERM))
	restarted := time.Now()
	require.NoError(t, server.Start(t.Context()))
	server.Await(t, fmt.Sprintf("(timestamp(%s) > %d) and on () table:pg_core_rows_kept:ratio == 0.5", firing, restarted.Unix()))

	acknowledgement := fmt.Sprintf(`groups:
  - name: overrides
    rules:
      - record: override:core_rows_lost_acknowledged:timestamp
        expr: vector(%d)
        labels: { relname: Order }
`, time.Now().Unix())
	require.NoError(t, os.WriteFile(filepath.Join(folder, "overrides.yml"), []byte(acknowledgement), 0o600))
	require.NoError(t, reload(t, server.URL()))
	server.Await(t, "core:pg_rows_lost_acknowledged:seconds")
	server.Await(t, "absent("+current+")")
	server.Await(t, "absent(core:pg_rows_lost_acknowledged:seconds)")
	ended := time.Now().Unix()
	server.Await(t, fmt.Sprintf("timestamp(table:pg_core_rows_kept:ratio) > %d", ended+2)) // two evaluations
	require.Empty(t, server.Query(t, current), "after the acknowledgement")
	require.EqualValues(t, 500, server.Query(t, "table:pg_core_rows_expected:max")[0].Value)
}

// rulesOfSeconds copies the rules that CoreRowsLost needs with shorter durations.
func rulesOfSeconds(t *testing.T) (folder string) {
	t.Helper()
	copies := promtest.ScaleRules(t, "*.yml", 60)
	folder = t.TempDir()
	for _, name := range []string{"thresholds.yml", "limits.yml", "postgres.yml", "database_safety.yml"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(copies), name))
		require.NoError(t, err)
		scaled := strings.NewReplacer("[1h]", "[10s]", "< 3600", "< 10").Replace(string(text))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(scaled), 0o600))
	}
	return folder
}

func reload(t *testing.T, url string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/-/reload", nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	require.Equal(t, http.StatusOK, response.StatusCode)
	return response.Body.Close()
}
