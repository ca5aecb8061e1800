package incident

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/report/alertmanager"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/prom"
)

const minute = time.Minute

// outage is when the application begins to fail, for an hour.
func outage() time.Time { return time.Date(2026, 6, 24, 5, 0, 0, 0, time.UTC) }

// history returns the hours of an outage, and the same hours of the three weeks before. While the
// application fails, 6 instead of 10 requests a second arrive, and half of them fail.
func history() *promtest.History {
	h := &promtest.History{}
	const web = `{environment="production",origin="drains"}`
	for _, metric := range []struct {
		series        string
		usual, failed float64
	}{
		{"origin:http_requests:rate5m" + web, 10, 6},
		{"origin:http_request_errors:rate5m" + web, 0.01, 3},
		{"origin:http_request_errors:ratio_rate5m" + web, 0.001, 0.5},
		{`provider:marketplace_payments_succeeded:count{environment="production",provider="toss",window="15m"}`, 45, 15},
		{`origin:http_requests:rate5m{environment="preview",origin="drains"}`, 7, 7},
		{`probe_success{environment="production",instance="a",target="home"}`, 1, 0},
		{`threshold:http_request_errors:ratio{environment="production"}`, 0.01, 0.01},
	} {
		for week := 3; week >= 0; week-- {
			from := outage().Add(-time.Duration(week) * 7 * 24 * time.Hour)
			h.Add(metric.series, from.Add(-3*time.Hour), from.Add(3*time.Hour), minute, func(at time.Time) float64 {
				if failing(at) {
					return metric.failed
				}
				return metric.usual
			})
		}
	}
	for week := 3; week >= 0; week-- {
		from, amount := outage().Add(-time.Duration(week)*7*24*time.Hour), 1e6
		h.Add(`marketplace_recorded_payments_amount{environment="production",instance="a",provider="toss",currency="KRW",day="today"}`,
			from.Add(-3*time.Hour), from.Add(3*time.Hour), minute, func(at time.Time) float64 {
				amount += 1000
				if failing(at) {
					amount -= 750
				}
				return amount
			})
	}
	alert := func(labels, state string, from, to int) {
		h.Add(`ALERTS{environment="production",`+labels+`,alertstate="`+state+`"}`, outage().Add(time.Duration(from)*minute),
			outage().Add(time.Duration(to)*minute), minute, func(time.Time) float64 { return 1 })
	}
	const errorRate = `alertname="ErrorRateHigh",severity="P1",component="api",route="/api/prompts"`
	alert(errorRate, "pending", 2, 7)
	alert(errorRate, "firing", 7, 62)
	alert(`alertname="WebsiteDown",severity="P0",component="website",target="home"`, "firing", 3, 58)
	alert(`alertname="LatencyP50High",severity="P2",component="api"`, "firing", 10, 40)
	alert(`alertname="EndpointSlow",severity="P2",component="api",route="/a"`, "firing", 10, 40)
	alert(`alertname="EndpointSlow",severity="P2",component="api",route="/b"`, "firing", 20, 50)
	deployed := outage().Add(-5 * minute)
	h.Add(`environment:marketplace_app_deployed:timestamp{environment="production",version="1.4.2"}`, deployed, deployed.Add(time.Hour), minute,
		func(time.Time) float64 { return float64(deployed.Unix()) })
	for integration, first := range map[string]int{"pagerduty": 4, "webhook": -100} {
		sent := 0.0
		h.Add(fmt.Sprintf(`alertmanager_notifications_total{environment="production",integration=%q}`, integration),
			outage().Add(-2*time.Hour), outage().Add(2*time.Hour), minute, func(at time.Time) float64 {
				if elapsed := at.Sub(outage()); elapsed >= time.Duration(first)*minute && (integration == "webhook" || elapsed < 5*minute) {
					sent++ // the webhook is the heartbeat, once a minute
				}
				return sent
			})
		h.Add(fmt.Sprintf(`alertmanager_notifications_failed_total{environment="production",integration=%q}`, integration),
			outage().Add(-2*time.Hour), outage().Add(2*time.Hour), minute, func(time.Time) float64 { return 0 })
	}
	return h
}

func failing(at time.Time) bool { return !at.Before(outage()) && at.Before(outage().Add(time.Hour)) }

const silences = `[
  {"startsAt": "2026-06-24T05:20:00Z", "endsAt": "2026-06-24T07:20:00Z", "createdBy": "kim", "comment": "rolling back",
   "matchers": [{"name": "alertname", "value": "WebsiteDown|ErrorRateHigh", "isRegex": true, "isEqual": true}]},
  {"startsAt": "2026-06-24T05:21:00Z", "endsAt": "2026-06-24T07:20:00Z", "createdBy": "lee", "comment": "something else",
   "matchers": [{"name": "alertname", "value": "WebsiteDown", "isRegex": false, "isEqual": false},
                {"name": "component", "value": "website", "isRegex": false, "isEqual": true}]}
]`

// newWriter returns a writer whose clock is fixed.
func newWriter(t *testing.T, now time.Time) *writer {
	t.Helper()
	server := promtest.StartWithHistory(t, history(), "--query.lookback-delta=1m")
	address, err := url.Parse(server.URL())
	require.NoError(t, err)
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	client, err := prom.New(address, prom.Options{Timeout: time.Minute, MaxConcurrency: 4, Logger: logger})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(silences)) }))
	t.Cleanup(fake.Close)
	address, err = url.Parse(fake.URL)
	require.NoError(t, err)
	silencer, err := alertmanager.New(address, "")
	require.NoError(t, err)
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	s := command.Services{
		Prometheus: client, Alertmanager: silencer, RunbooksURL: "https://runbooks.example", Environment: "production",
		Location: seoul, Logger: logger,
	}
	return &writer{services: s, links: s.Links(), now: now}
}

func markdown(t *testing.T, d document.Document) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, d.Write(&b, document.Markdown))
	return b.String()
}

func TestIncidentOfAnAlertWeeksLater(t *testing.T) {
	w := newWriter(t, outage().Add(20*24*time.Hour))
	d, err := w.write(t.Context(), "ErrorRateHigh", w.now)
	require.NoError(t, err)
	text := markdown(t, d)
	for _, line := range []string{
		"# Incident Report: 2026-06-24 WebsiteDown, ErrorRateHigh\n",
		"- **Severity**: P0\n",
		"- **Start Time**: 2026-06-24 05:02 UTC (Jun 24 14:02 KST)\n",
		"- **End Time**: 2026-06-24 06:02 UTC (Jun 24 15:02 KST)\n",
		"- **Duration**: 1 h\n",
		"- **Components**: website, api\n",
		// The counter grows by 56*250 + 3*1000 from the first of 60 samples, and increase()
		// extrapolates by 60/59.
		// Of the 60 samples, 57 belong to the outage: (57*6 + 3*10) / 60 requests a second.
		"| Requests: drains | 22,320 | 36,000 | −13,680 |\n",
		"| Requests with 5xx: drains | 10,262 | 36 | +10,226 |\n",
		"| Successful payments: toss | 66 | 180 | −114 |\n",
		"| Amount of paid orders: KRW toss | 17,288 | 60,000 | −42,712 |\n",
		"- **Impact**: 10,226 failed requests (drains); 114 payments missing (toss); 42,712 KRW toss of paid orders missing\n",
		"| 2026-06-24 04:55 UTC (Jun 24 13:55 KST) | Version 1.4.2 deployed |\n",
		"| 2026-06-24 05:02 UTC (Jun 24 14:02 KST) | P1 ErrorRateHigh (route=/api/prompts): condition met |\n",
		"| 2026-06-24 05:07 UTC (Jun 24 14:07 KST) | P1 ErrorRateHigh (route=/api/prompts): firing |\n",
		"| 2026-06-24 06:02 UTC (Jun 24 15:02 KST) | P1 ErrorRateHigh (route=/api/prompts): resolved |\n",
		"| 2026-06-24 05:10 UTC (Jun 24 14:10 KST) | P2 LatencyP50High: firing |\n",
		"| 2026-06-24 05:00 UTC (Jun 24 14:00 KST) | Probes of home fail |\n",
		"| 2026-06-24 06:00 UTC (Jun 24 15:00 KST) | Probes of home succeed |\n",
		"| 2026-06-24 05:04 UTC (Jun 24 14:04 KST) | Alertmanager notified by pagerduty |\n",
		"| 2026-06-24 05:20 UTC (Jun 24 14:20 KST) | Silenced by kim until 2026-06-24 07:20 UTC: rolling back |\n",
		"[WebsiteDown](https://runbooks.example/WebsiteDown.md)",
		"| marketplace-uptime/1 |",
		"## Root Cause\n", "## Resolution\n", "## Prevention\n", "## Lessons Learned\n",
	} {
		require.Contains(t, text, strings.ReplaceAll(line, "_", `\_`))
	}
	require.NotContains(t, text, "webhook", "a heartbeat is no notification of the incident")
	require.NotContains(t, text, "something else", "the silence does not match")
	require.NotContains(t, text, "preview")
}

func TestIncidentWhileItLasts(t *testing.T) {
	w := newWriter(t, outage().Add(30*minute))
	d, err := w.write(t.Context(), "", w.now)
	require.NoError(t, err)
	text := markdown(t, d)
	require.Contains(t, text, "- **End Time**: not resolved\n")
	require.Contains(t, text, "- **Duration**: 28 min until now\n")
	require.Contains(t, text, " failed requests (drains)")
	require.NotContains(t, text, "ErrorRateHigh (route=/api/prompts): resolved")
}

func TestIncidentOfALowerSeverity(t *testing.T) {
	w := newWriter(t, outage().Add(24*time.Hour))
	d, err := w.write(t.Context(), "EndpointSlow", w.now)
	require.NoError(t, err)
	text := markdown(t, d)
	require.Contains(t, text, "# Incident Report: 2026-06-24 EndpointSlow\n")
	require.Contains(t, text, "- **Severity**: P2\n")
	require.Contains(t, text, "- **Duration**: 40 min\n")
	require.Contains(t, text, "| route=/a |")
	require.Contains(t, text, "| route=/b |")
}

func TestUnknownIncidents(t *testing.T) {
	w := newWriter(t, outage().Add(24*time.Hour))
	_, err := w.write(t.Context(), "DatabaseDown", w.now)
	require.ErrorContains(t, err, "DatabaseDown did not fire")
	_, err = w.write(t.Context(), "", w.now)
	require.ErrorContains(t, err, "no P0 or P1 alert fired within an hour")
	_, err = w.write(t.Context(), `x"} or up{a="`, w.now)
	require.ErrorContains(t, err, "did not fire", "names are quoted")
}
