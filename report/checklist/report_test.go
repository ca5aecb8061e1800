package checklist

import (
	"bytes"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/prom"
)

// services returns services with a server that has a history.
func services(t *testing.T, history *promtest.History) command.Services {
	t.Helper()
	server := promtest.StartWithHistory(t, history, "--query.lookback-delta=6m")
	address, err := url.Parse(server.URL())
	require.NoError(t, err)
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	client, err := prom.New(address, prom.Options{Timeout: time.Minute, MaxConcurrency: 4, Logger: logger})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	grafana, err := url.Parse("https://grafana.example")
	require.NoError(t, err)
	return command.Services{
		Prometheus: client, GrafanaURL: grafana, RunbooksURL: "https://runbooks.example",
		Environment: "production", Location: seoul, Stdout: &bytes.Buffer{}, Logger: logger,
	}
}

func TestMonthlyReport(t *testing.T) {
	s := services(t, marketplace(t, 62*day))
	r := newRun("monthly", end(), s)
	started := time.Now()
	d, err := r.write(t.Context(), sectionsOf("monthly"))
	require.NoError(t, err)
	t.Log(time.Since(started))
	for _, f := range []document.Format{document.Markdown, document.HTML, document.JSON} {
		var b bytes.Buffer
		require.NoError(t, d.Write(&b, f))
		require.NoError(t, os.WriteFile("/tmp/report-monthly."+string(f), b.Bytes(), 0o600))
	}
}
