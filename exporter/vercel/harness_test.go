package vercel

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/draintest"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "6f0c1d7e6f0c1d7e6f0c1d7e6f0c1d7e"

// listening is a source with a listener.
type listening struct {
	*Source
	server *inbound.Server
	url    string
	log    *testlog.Buffer
}

// configuration is that of a source and its listener.
type configuration struct {
	Config
	inbound inbound.Config
}

// configure returns the defaults of the flags, with an address and a secret.
func configure(t testing.TB) configuration {
	t.Helper()
	return configuration{
		Config: Config{SecretFile: writeFile(t, secret+"\n"), LatencyFrom: fromTraces, MaxRows: 50_000},
		inbound: inbound.Config{
			ListenAddress: "127.0.0.1:0", MaxBodySize: 10_000_000, MaxDecompressedSize: 50_000_000, MaxRequests: 16, MaxConnections: 256,
			DedupeWindow: 5 * time.Minute, DedupeEntries: 2_000_000,
		},
	}
}

func writeFile(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	rewriteFile(t, file, text)
	return file
}

func rewriteFile(t testing.TB, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// open opens a source that does not listen yet.
func open(config configuration, log *testlog.Buffer) (l listening, err error) {
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	l = listening{log: log}
	if l.server, err = inbound.New(config.inbound, logger); err != nil {
		return l, err
	}
	opened, err := config.Open(source.Deps{Logger: logger, Inbound: l.server})
	if err != nil {
		return l, err
	}
	l.Source = opened.(*Source)
	return l, nil
}

// listen runs a source until the test ends.
func listen(t testing.TB, config configuration) listening {
	t.Helper()
	l, err := open(config, &testlog.Buffer{})
	require.NoError(t, err)
	require.NoError(t, l.server.Listen(t.Context()))
	l.url = "http://" + l.server.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { l.server.Run(ctx) })
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		running.Wait()
		l.server.Close()
	})
	return l
}

// post sends a signed delivery and returns the status of the response.
func (l listening) post(t testing.TB, path, body string, headers ...string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", sign(body))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.StatusCode
}

func sign(body string) string { return draintest.Sign(secret, body) }

// collector is a source as a prometheus.Collector.
type collector struct{ *Source }

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	(&metric.Collector{Descs: c.Descs()}).Describe(ch)
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	_ = c.Source.Collect(context.Background(), ch)
}

// counted returns the samples that are neither zero nor a timestamp.
func (l listening) counted(t testing.TB) []string {
	t.Helper()
	var samples []string
	for _, sample := range draintest.Counted(t, collector{l.Source}, l.server) {
		if !strings.Contains(sample, "_timestamp_") {
			samples = append(samples, sample)
		}
	}
	return samples
}

// payload returns a delivery from the tests of a drain.
func payload(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// deliveries returns one delivery for each drain, by path.
func deliveries(t testing.TB) map[string]string {
	t.Helper()
	return map[string]string{
		"/vercel/traces":         payload(t, "traces/testdata/next.json"),
		"/vercel/logs":           payload(t, "logs/testdata/function.json"),
		"/vercel/speed-insights": payload(t, "browser/testdata/page.ndjson"),
		"/vercel/analytics":      payload(t, "browser/testdata/guide.ndjson"),
	}
}
