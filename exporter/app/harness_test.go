package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/app"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter is an App that runs inside the test.
type exporter struct {
	*app.App

	url  string
	log  *testlog.Buffer
	stop func() error
}

// start runs the exporter with args until the test ends. Collections are not cached unless args
// say so, so that every scrape collects.
func start(t *testing.T, args ...string) *exporter {
	t.Helper()
	args = append(args, "--web.listen-address=127.0.0.1:0")
	if !strings.Contains(strings.Join(args, " "), "--collect.cache-duration") {
		args = append(args, "--collect.cache-duration=0s")
	}
	if !strings.Contains(strings.Join(args, " "), "--collect.shutdown-wait") {
		args = append(args, "--collect.shutdown-wait=0s")
	}
	config, command, err := app.Parse(args, io.Discard, io.Discard)
	require.NoError(t, err)
	require.Equal(t, app.CommandServe, command)
	e := &exporter{log: &testlog.Buffer{}}
	e.App, err = app.New(config, config.Logger(e.log))
	require.NoError(t, err)
	require.NoError(t, e.Listen(t.Context()))
	e.url = "http://" + e.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	e.stop = sync.OnceValue(func() error {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		return <-ended
	})
	t.Cleanup(func() { require.NoError(t, e.stop(), "%s", e.log) })
	return e
}

// statusOf returns the status of a page. The error is that of the connection.
func statusOf(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// get requests a page and returns its status and body.
func (e *exporter) get(t *testing.T, path string, headers ...string) (int, string) {
	t.Helper()
	return e.do(t, http.MethodGet, path, headers...)
}

func (e *exporter) do(t *testing.T, method, path string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, e.url+path, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// scrape returns the metrics. The status is 200 even if sources fail.
func (e *exporter) scrape(t *testing.T) string {
	t.Helper()
	status, body := e.get(t, "/metrics")
	require.Equal(t, http.StatusOK, status)
	return body
}

// sample returns the value of the first series whose line contains all parts, and whether there is
// one.
func sample(metrics string, parts ...string) (float64, bool) {
	for line := range strings.Lines(metrics) {
		all := !strings.HasPrefix(line, "#")
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			number, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndex(line, " "):]), 64)
			return number, err == nil
		}
	}
	return 0, false
}

// requireSample fails unless the series with the parts has the value.
func requireSample(t *testing.T, want float64, metrics string, parts ...string) {
	t.Helper()
	got, found := sample(metrics, parts...)
	require.Truef(t, found, "no series with %q", parts)
	require.Equalf(t, want, got, "%q", parts)
}

// failing returns the lines of marketplace_source_failing that contain all parts.
func failing(metrics string, parts ...string) []string {
	var lines []string
	for line := range strings.Lines(metrics) {
		if _, found := sample(line, append(parts, "marketplace_source_failing{")...); found {
			lines = append(lines, line)
		}
	}
	return lines
}

// silent returns the address of a server that accepts connections and never sends a byte.
func silent(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String() // the kernel accepts connections; the test never does
}
