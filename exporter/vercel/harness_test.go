package vercel

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/internal/draintest"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "6f0c1d7e"

// listening is a source that takes deliveries.
type listening struct {
	*Source
	url string
	log *journal
}

// journal is a log that is safe for concurrent use.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *journal) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *journal) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// configure returns what the flags' defaults are, with an address and a secret.
func configure(t testing.TB) Config {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	return Config{
		ListenAddress: "127.0.0.1:" + strconv.Itoa(port), SecretFile: write(t, secret+"\n"), LatencyFrom: fromTraces,
		MaxBody: 10_000_000, MaxInflated: 50_000_000, MaxRows: 50_000, MaxRequests: 16, MaxConnections: 256,
		DedupeWindow: 5 * time.Minute, DedupeRows: 2_000_000,
	}
}

func write(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// listen runs a source until the test ends.
func listen(t testing.TB, config Config) listening {
	t.Helper()
	l := listening{url: "http://" + config.ListenAddress, log: &journal{}}
	var err error
	l.Source, err = New(config, slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	require.NoError(t, err)
	require.NoError(t, l.Listen())
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { l.Run(ctx) })
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		running.Wait()
		l.Close()
	})
	return l
}

// post signs a delivery and returns the status of the answer.
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

// scraped makes of a source what a registry takes.
type scraped struct{ *Source }

func (s scraped) Describe(ch chan<- *prometheus.Desc) { metric.Describe(ch, s.Descs()) }

func (s scraped) Collect(ch chan<- prometheus.Metric) { _ = s.Source.Collect(context.Background(), ch) }

// counted are the samples that are not zero and no time.
func (l listening) counted(t testing.TB) []string {
	t.Helper()
	var samples []string
	for _, sample := range draintest.Counted(t, scraped{l.Source}) {
		if !strings.Contains(sample, "_timestamp_") {
			samples = append(samples, sample)
		}
	}
	return samples
}

// payload is a delivery as the tests of a drain have it.
func payload(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// deliveries are one for each drain, by path.
func deliveries(t testing.TB) map[string]string {
	t.Helper()
	return map[string]string{
		"/vercel/traces":         payload(t, "traces/testdata/next.json"),
		"/vercel/logs":           payload(t, "logs/testdata/function.json"),
		"/vercel/speed-insights": payload(t, "vitals/testdata/page.ndjson"),
		"/vercel/analytics":      payload(t, "analytics/testdata/guide.ndjson"),
	}
}
