package vercel

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/internal/draintest"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

func TestAllDrains(t *testing.T) {
	t.Parallel()
	l := listen(t, configure(t))
	for path, body := range deliveries(t) {
		assert.Equal(t, http.StatusOK, l.post(t, path, body), path)
		zipped := draintest.Zip(t, body)
		assert.Equal(t, http.StatusOK, l.post(t, path, zipped, "Content-Encoding", "gzip"), "again, compressed: %s", path)
	}
	assert.Subset(t, l.counted(t), []string{
		`marketplace_http_requests_total{code="4xx",environment="production",method="POST",route="/api/payments/charge"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="api.tosspayments.com",outcome="client_error"} 1`,
		`marketplace_edge_requests_total{code="404",environment="production",route="/api/prompts",source="lambda"} 1`,
		`marketplace_device_web_vital_seconds{device="mobile",environment="production",metric="LCP"} 1 1.8304`,
		`marketplace_web_vital_seconds{environment="production",metric="LCP",route="/api/prompts"} 1 1.8304`,
		`marketplace_web_layout_shift{environment="production",route="/api/prompts"} 1 0.04`,
		`marketplace_events_total{environment="production",event="purchase_completed",payment_method="stripe"} 2`,
		`marketplace_inbound_deliveries_total{endpoint="traces",sender="vercel"} 2`, `marketplace_inbound_deliveries_total{endpoint="logs",sender="vercel"} 2`,
		`marketplace_inbound_deliveries_total{endpoint="speed_insights",sender="vercel"} 2`, `marketplace_inbound_deliveries_total{endpoint="analytics",sender="vercel"} 2`,
		`marketplace_vercel_rows_total{drain="traces"} 6`, `marketplace_vercel_duplicate_rows_total{drain="traces"} 6`,
		`marketplace_vercel_rows_total{drain="logs"} 3`, `marketplace_vercel_duplicate_rows_total{drain="logs"} 3`,
		`marketplace_vercel_rows_total{drain="speed_insights"} 2`, `marketplace_vercel_duplicate_rows_total{drain="speed_insights"} 2`,
		`marketplace_vercel_rows_total{drain="analytics"} 7`, `marketplace_vercel_duplicate_rows_total{drain="analytics"} 7`,
	})
}

func TestRequestsComeFromOneDrain(t *testing.T) {
	t.Parallel()
	const byTraces = `marketplace_http_requests_total{code="4xx",environment="production",method="POST",route="/api/payments/charge"} 1`
	const byLogs = `marketplace_http_requests_total{code="404",environment="production",method="GET",route="/api/prompts"} 1`
	for from, want := range map[string][2]string{fromTraces: {byTraces, byLogs}, fromLogs: {byLogs, byTraces}} {
		config := configure(t)
		config.LatencyFrom = from
		l := listen(t, config)
		for path, body := range deliveries(t) {
			require.Equal(t, http.StatusOK, l.post(t, path, body))
		}
		assert.Contains(t, l.counted(t), want[0], from)
		assert.NotContains(t, l.counted(t), want[1], from)
	}
}

func TestReloadReadsAllFilesOrNone(t *testing.T) {
	t.Parallel()
	config := configure(t)
	config.Lists = allow.Files{Routes: writeFile(t, "routes: [/a]"), Events: writeFile(t, "{}")}
	l := listen(t, config)
	row := func(id, path string) string {
		return `{"id":"` + id + `","source":"lambda","statusCode":200,"path":"` + path + `","environment":"production"}`
	}
	count := func(route string) string {
		return `marketplace_edge_requests_total{code="2xx",environment="production",route="` + route + `",source="lambda"} 1`
	}
	l.post(t, "/vercel/logs", row("1", "/a"))
	assert.Contains(t, l.counted(t), count("/a"))

	rewriteFile(t, config.Lists.Routes, "routes: [/b]")
	rewriteFile(t, config.SecretFile, "")
	require.ErrorContains(t, l.Reload(), "--vercel.secret-file")
	l.post(t, "/vercel/logs", row("2", "/b"))
	assert.Contains(t, l.counted(t), count("other"), "the old lists are in force")

	rewriteFile(t, config.SecretFile, secret)
	require.NoError(t, l.Reload())
	l.post(t, "/vercel/logs", row("3", "/b"))
	assert.Contains(t, l.counted(t), count("/b"))
	assert.Contains(t, l.log.String(), "secrets=1 routes=1")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	l, err := open(configure(t), &testlog.Buffer{})
	require.NoError(t, err)
	var all strings.Builder
	for _, finding := range l.Check(t.Context()) {
		assert.Equal(t, check.OK, finding.Status, finding.Subject)
		all.WriteString(finding.Subject + ": " + finding.Detail + "\n")
	}
	for _, want := range []string{"secrets: 1 in", " routes and 4 outbound hosts", "latency: from the drain of traces"} {
		assert.Contains(t, all.String(), want)
	}
	assert.NotContains(t, all.String(), secret)

	config := configure(t)
	config.SecretFile = ""
	off, err := open(config, &testlog.Buffer{})
	require.NoError(t, err)
	assert.False(t, off.Enabled())
	assert.Contains(t, off.Check(t.Context())[0].Hint, "--inbound.listen-address")
}

func TestInvalidConfigurationNamesTheFlag(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*configuration){
		"--vercel.verify-token":       func(c *configuration) { c.VerifyToken = "a b" },
		"--vercel.max-rows: 0 is not": func(c *configuration) { c.MaxRows = 0 },
		"--vercel.trace-wait: -1ns":   func(c *configuration) { c.TraceWait = -1 },
		"--vercel.secret-file":        func(c *configuration) { c.SecretFile = writeFile(t, "\n") },
		"--vercel.secret-file: --inbound.listen-address is not set; hint: --inbound.listen-address=:9848": func(c *configuration) {
			c.inbound.ListenAddress = ""
		},
		"/nowhere":            func(c *configuration) { c.Lists.Routes = "/nowhere" },
		"is not a path":       func(c *configuration) { c.Lists.Routes = writeFile(t, "routes: [api]") },
		"the name is invalid": func(c *configuration) { c.Lists.Events = writeFile(t, "events: {Bad Name: {}}") },
	} {
		config := configure(t)
		change(&config)
		_, err := open(config, &testlog.Buffer{})
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestRowMetrics(t *testing.T) {
	t.Parallel()
	l := listen(t, configure(t))
	samples := func() string { return strings.Join(draintest.All(t, collector{l.Source}), "\n") }
	for _, reason := range []string{"malformed", "type", "missing", "value", "path"} {
		assert.Contains(t, samples(), `marketplace_vercel_invalid_rows_total{drain="logs",reason="`+reason+`"} 0`)
	}
	require.Equal(t, http.StatusOK, l.post(t, "/vercel/logs", `{}`))
	assert.NotContains(t, samples(), "last_row", "absent is not zero")
	require.Equal(t, http.StatusOK, l.post(t, "/vercel/logs", `[{"id":"1"},{"id":"1"},{"id":{}},{"message":""},{"message":""}]`))
	assert.Contains(t, samples(), "last_row")
	assert.Subset(t, l.counted(t), []string{
		`marketplace_vercel_rows_total{drain="logs"} 1`, `marketplace_vercel_duplicate_rows_total{drain="logs"} 1`,
		`marketplace_vercel_invalid_rows_total{drain="logs",reason="type"} 1`, `marketplace_vercel_invalid_rows_total{drain="logs",reason="missing"} 2`,
	})
}

func TestTheVerifyButton(t *testing.T) {
	t.Parallel()
	config := configure(t)
	config.VerifyToken = "5f3a"
	l := listen(t, config)
	for sent, want := range map[string]int{"{}": http.StatusOK, "": http.StatusOK, `{"id":"1"}`: http.StatusUnauthorized} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/vercel/logs", strings.NewReader(sent))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, want, response.StatusCode, sent)
		assert.Equal(t, "5f3a", response.Header.Get("X-Vercel-Verify"))
	}
	assert.Equal(t, http.StatusUnauthorized, l.post(t, "/vercel/logs", "{}", "X-Vercel-Signature", sign("x")), "an invalid signature")
}

func TestRowsAtTheWrongPathAreNamed(t *testing.T) {
	t.Parallel()
	l := listen(t, configure(t))
	bodies := deliveries(t)
	bodies["/vercel/logs"] = payload(t, "logs/testdata/documented.json")
	kinds := map[string]string{
		"/vercel/traces": "traces", "/vercel/logs": "logs", "/vercel/speed-insights": "speed_insights", "/vercel/analytics": "analytics",
	}
	for path, drain := range kinds {
		for of, body := range bodies {
			if of == path {
				continue
			}
			require.Equal(t, http.StatusOK, l.post(t, path, body))
			require.Equal(t, http.StatusOK, l.post(t, path, body), "it is logged once")
			assert.Equal(t, 1, strings.Count(l.log.String(), "path="+path+" drain="+kinds[of]+"\n"), l.log.String())
		}
		samples := strings.Join(l.counted(t), "\n")
		assert.Contains(t, samples, `marketplace_vercel_invalid_rows_total{drain="`+drain+`",reason="path"} `)
		assert.NotContains(t, samples, `drain="`+drain+`",reason="missing"`)
	}
	assert.NotContains(t, strings.Join(l.counted(t), "\n"), "marketplace_vercel_rows_total")
}
