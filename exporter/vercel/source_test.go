package vercel

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestAllDrainsAreTaken(t *testing.T) {
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
		`marketplace_web_vital_seconds{device="mobile",environment="production",metric="LCP",route="/api/prompts"} 1 1.8304`,
		`marketplace_web_layout_shift{device="desktop",environment="production",route="/api/prompts"} 1 0.04`,
		`marketplace_events_total{environment="production",event="purchase_completed",payment_method="stripe"} 2`,
		`marketplace_vercel_rows_total{drain="traces"} 6`, `marketplace_vercel_duplicate_rows_total{drain="traces"} 6`,
		`marketplace_vercel_rows_total{drain="logs"} 3`, `marketplace_vercel_duplicate_rows_total{drain="logs"} 3`,
		`marketplace_vercel_rows_total{drain="speed_insights"} 2`, `marketplace_vercel_duplicate_rows_total{drain="speed_insights"} 2`,
		`marketplace_vercel_rows_total{drain="analytics"} 7`, `marketplace_vercel_duplicate_rows_total{drain="analytics"} 7`,
	})
}

func TestLatencyComesFromOneDrainOnly(t *testing.T) {
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

func TestATakenAddressEndsTheStart(t *testing.T) {
	t.Parallel()
	config := configure(t)
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", config.ListenAddress)
	require.NoError(t, err)
	defer taken.Close()
	s, err := New(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.ErrorContains(t, s.Listen(), "--vercel.listen-address")
	findings := s.Check(t.Context())
	assert.Equal(t, check.Note, findings[0].Status)
	assert.Contains(t, findings[0].Detail, "is taken")
}

func TestCheckTellsWhatThereIs(t *testing.T) {
	t.Parallel()
	s, err := New(configure(t), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	var all strings.Builder
	for _, finding := range s.Check(t.Context()) {
		assert.NotEqual(t, check.Broken, finding.Status, finding.Subject)
		all.WriteString(finding.Subject + ": " + finding.Detail + "\n")
	}
	for _, want := range []string{"can be listened at", "secrets: 1 in", "routes: 8 routes, 4 outbound hosts", "latency: from the drain of traces", "reverse proxy"} {
		assert.Contains(t, all.String(), want)
	}
	assert.NotContains(t, all.String(), secret)

	off, err := New(Config{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	assert.False(t, off.Enabled())
	assert.Contains(t, off.Check(t.Context())[0].Hint, "--vercel.listen-address")
}

func TestBadSettingsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Config){
		"--vercel.listen-address": func(c *Config) { c.SecretFile = "" },
		"--vercel.verify-token":   func(c *Config) { c.VerifyToken = "a b" },
		"not above zero":          func(c *Config) { c.MaxRows = 0 },
		"--vercel.trace-patience": func(c *Config) { c.TracePatience = -1 },
		"--vercel.dedupe-window":  func(c *Config) { c.DedupeWindow = 0 },
		"--vercel.secret-file":    func(c *Config) { c.SecretFile = write(t, "\n") },
		"/nowhere":                func(c *Config) { c.Lists.Routes = "/nowhere" },
		"is no path":              func(c *Config) { c.Lists.Routes = write(t, "routes: [api]") },
		"is no name":              func(c *Config) { c.Lists.Events = write(t, "events: {Bad Name: {}}") },
	} {
		config := configure(t)
		change(&config)
		_, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler)})
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestAReloadReadsAllFilesOrNone(t *testing.T) {
	t.Parallel()
	config := configure(t)
	config.Lists = bound.Files{Routes: write(t, "routes: [/a]"), Events: write(t, "{}")}
	l := listen(t, config)
	row := func(id, path string) string {
		return `{"id":"` + id + `","source":"lambda","statusCode":200,"path":"` + path + `","environment":"production"}`
	}
	count := func(route string) string {
		return `marketplace_edge_requests_total{code="2xx",environment="production",route="` + route + `",source="lambda"} 1`
	}
	l.post(t, "/vercel/logs", row("1", "/a"))
	assert.Contains(t, l.counted(t), count("/a"))

	rewrite(t, config.Lists.Routes, "routes: [/b]")
	rewrite(t, config.SecretFile, "")
	require.ErrorContains(t, l.Reload(), "--vercel.secret-file")
	l.post(t, "/vercel/logs", row("2", "/b"))
	assert.Contains(t, l.counted(t), count("other"), "nothing has changed")

	rewrite(t, config.SecretFile, secret)
	require.NoError(t, l.Reload())
	l.post(t, "/vercel/logs", row("3", "/b"))
	assert.Contains(t, l.counted(t), count("/b"))
	assert.Contains(t, l.log.String(), "secrets=1 routes=1")
}

func rewrite(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestOneExporterHasItsOwnTLS(t *testing.T) {
	t.Parallel()
	config := configure(t)
	certificate, key := selfSigned(t)
	config.WebConfigFile = write(t, "tls_server_config: {cert_file: "+certificate+", key_file: "+key+"}")
	listen(t, config)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	body := `{"id":"1","statusCode":200}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+config.ListenAddress+"/vercel/logs", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", sign(body))
	response, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)

	config.WebConfigFile = write(t, "tls_server_config: {cert_file: /nowhere}")
	config.ListenAddress = configure(t).ListenAddress
	s, err := New(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.ErrorContains(t, s.Listen(), "--vercel.web-config-file")
}

func TestADeliveryUnderWayIsStillTaken(t *testing.T) {
	t.Parallel()
	config := configure(t)
	s, err := New(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.Listen())
	ctx, stop := contextOf(t)
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	body := `{"id":"1","statusCode":200}`
	connection := dial(t, config.ListenAddress)
	_, err = io.WriteString(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nContent-Length: 27\r\nX-Vercel-Signature: "+sign(body)+"\r\n\r\n"+body[:5])
	require.NoError(t, err)
	time.Sleep(100 * time.Millisecond) // until it is read
	stop()
	time.Sleep(100 * time.Millisecond) // until the listener knows
	_, err = io.WriteString(connection, body[5:])
	require.NoError(t, err)
	answer, err := io.ReadAll(connection)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(answer, []byte("HTTP/1.1 200")), "%s", answer)
	<-ended
}
