package checklist

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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

func markdown(t *testing.T, s command.Services, period string, at time.Time) string {
	t.Helper()
	d, err := newRun(period, at, s).write(t.Context(), sectionsOf(period))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, d.Write(&b, document.Markdown))
	return b.String()
}

// requireLines requires rows of tables, up to the link to the panel. Underscores are escaped.
func requireLines(t *testing.T, report string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		assert.Contains(t, "\n"+report, "\n"+strings.ReplaceAll(line, "_", `\_`))
	}
}

func TestReports(t *testing.T) {
	s := services(t, marketplace(t, 62*day))
	monthly := markdown(t, s, "monthly", end())
	requireLines(t, monthly,
		"# Monthly report, 2026-06-29\n",
		"- **From**: 2026-05-29 15:00 UTC (May 30 00:00 KST)\n",
		"- **To**: 2026-06-28 15:00 UTC (Jun 29 00:00 KST)\n",
		// An hour of 720 with 20 %, at 71 % of the mean rate, and else 0.02 %.
		"| Requests with 5xx: drains | 0.0614 % | ≤ 0.1 % | 0.02 % | ▲ 207.2 % | ok | ",
		"| Errors in Sentry | no data |  | no data |  | no data | ",
		"| P95 of endpoints with a target: GET /api/prompts drains | 857 ms | ≤ 500 ms | 857 ms | = | **attention** | ",
		"| P95 of endpoints with a target: POST /api/payments/charge drains | 857 ms | ≤ 1 s | 857 ms | = | ok | ",
		"| Requests: drains | 103,680,000 |  | 103,680,000 | = |  | ", // 40 * 86400 * 30
		"| Successful payments: toss | 99.95 % | ≥ 99 % | 99.95 % | = | ok | ",
		"| Failed payments: stripe | 7 |  | 7 | = |  | ", // 0.01 * 720
		// 12 of the 8640 probes failed.
		"| Successful probes: website api | 99.861 % | ≥ 99.9 % | 100 % | ▼ 0.1 % | **attention** | ",
		"| Error budget remaining, 30 days: drains | 50 % | ≥ 0 % | 50 % | = | ok | ",
		"| Gross merchandise value: KRW | 120,000,000 |  | 120,000,000 | = |  | ",
		"| Registrations | 900 |  | 900 | = |  | ",
		"| Disk used by databases | 62.5 % | ≤ 85 % | 47.5 % | ▲ 31.6 % | ok | ",
		"| Growth | 1.17 GiB |  | 1.17 GiB | = |  | ", // 30 * 40 MiB
		// 3 GiB at 40 MiB a day.
		"| Time until the disk is full at the growth of the period | 76.8 d | ≥ 4 d | no data |  | ok | ", // the size of the disk is new
		"| Size of databases in 90 days | 8.52 GiB | ≤ 8 GiB | 7.34 GiB | ▲ 16.0 % | **attention** | ",
		"| Unused indexes: postgres | 320 MiB | ≤ 100 MiB | 320 MiB | = | **attention** | ",
		"| Order_0_idx | Order | public | 300 MiB | ",
		"| `UPDATE \"User\" SET x = 'y'` | 2 | **1.8 s** | **2.2 s** | 259,",
		"| Order | public | 300 MiB | 1 GiB | no data | 1,000,000 | ",
		"| Time in the database, per second: kpi | 11 ms |  | 11 ms | = |  | ",
		"| Check error rates in Sentry | ok | 6 of 8 |  |\n",
		"| Review critical alerts | **attention** |  |  |\n",
		"P0 and P1 alerts: 2, in the period before: 0.\n",
		"| [Deadlocks](https://runbooks.example/Deadlocks.md) | P2 | 30 | 0 | 5 h | 10 min | 30 | 30 | short and without action every time: "+
			"increase its \\`for\\` or its limit |\n",
		"| [UnusedIndexes](https://runbooks.example/UnusedIndexes.md) | P3 | 1 | 0 | 29 d | 29 d | 1 | 0 | fires for most of the time: "+
			"fix the cause or change the limit |\n",
		"| [WebsiteDown](https://runbooks.example/WebsiteDown.md) | P0 | 1 | 0 | 1 h 3 min | 1 h 3 min | 0 | 1 |  |\n",
	)
	require.NotContains(t, monthly, "preview")
	require.NotContains(t, monthly, "99.9 % | 5 %", "the preview environment fails")
	for _, line := range []string{
		"| `SELECT * FROM \"Order\" WHERE buyer_id = $1 \\| $2` | 1 | 300 ms | 200 ms | ",
		"| 2026-06-28 05:02 UTC (Jun 28 14:02 KST) | 1 h 5 min | P0 | website, api | WebsiteDown, ErrorRateHigh | " +
			"`marketplace_report incident --at 2026-06-28T05:03:00Z` |\n",
		"| `threshold:pg_connections_used:ratio{severity=\"P2\"}` | 80 % | 30 % | 30 % | 0 % | never near | " +
			"`override:pg_connections_used:ratio{severity=\"P2\"} 0.38` |\n",
		"| `threshold:http_request_errors:ratio` | 1 % | 20 % | 0.02 % | 0.1 % |  |  |\n",
		"| `threshold:marketplace_payment_declines:ratio` | 5 % | 8 % | 8 % | 100 % | exceeded for long | " +
			"`override:marketplace_payment_declines:ratio 0.1` |\n",
	} {
		assert.Contains(t, monthly, line)
	}

	weekly := markdown(t, s, "weekly", end())
	requireLines(t, weekly,
		"# Weekly report, 2026-06-29\n",
		"| Requests: drains | 24,192,000 |  | 24,192,000 | = |  | ",
		"| Registrations | 210 |  | 210 | = |  | ",
	)
	require.NotContains(t, weekly, "## Optimize alert rules")

	daily := markdown(t, s, "daily", end())
	requireLines(t, daily, "# Daily report, 2026-06-29\n", "| Requests: drains | 3,456,000 |  | 3,456,000 | = |  | ")
	require.NotContains(t, daily, "Registrations")

	future := markdown(t, s, "daily", end().Add(400*day))
	require.NotContains(t, future, "| ok |", "without data, nothing is ok")
	require.Contains(t, future, "The Watchdog did not fire")
	require.NotContains(t, future, "attention**")
}
