package prom_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/aimarketplace/monitoring/report/prom"
)

func newClient(t *testing.T, address string, opts prom.Options) *prom.Client {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	if opts.Timeout == 0 {
		opts.Timeout = 10 * time.Second
	}
	if opts.MaxConcurrency == 0 {
		opts.MaxConcurrency = 2
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	client, err := prom.New(u, opts)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestQueriesOfARealServer(t *testing.T) {
	client := newClient(t, promtest.Start(t, "scrape_configs: []\n").URL(), prom.Options{})
	now := time.Now().Truncate(time.Second)

	vector, err := client.Instant(t.Context(), "vector(2)", now)
	require.NoError(t, err)
	require.Equal(t, model.SampleValue(2), vector[0].Value)
	scalar, err := client.Instant(t.Context(), "3", now)
	require.NoError(t, err)
	require.Equal(t, model.SampleValue(3), scalar[0].Value)
	absent, err := client.Instant(t.Context(), "up", now)
	require.NoError(t, err)
	require.Empty(t, absent)
	_, err = client.Instant(t.Context(), "up[5m]", now)
	require.ErrorContains(t, err, "the result is a matrix")
	_, err = client.Instant(t.Context(), "up{", now)
	require.ErrorContains(t, err, "querying up{: bad_data")

	// Servers reject more than 11,000 points, so this takes three queries.
	matrix, err := client.Range(t.Context(), "vector(1)", v1.Range{Start: now.Add(-25_000 * time.Second), End: now, Step: time.Second})
	require.NoError(t, err)
	require.Len(t, matrix, 1)
	require.Len(t, matrix[0].Values, 25_001)
	for i, sample := range matrix[0].Values {
		require.Equal(t, now.Add(time.Duration(i-25_000)*time.Second).UnixMilli(), int64(sample.Timestamp))
	}
}

func TestErrorsHaveHintsAndNoSecrets(t *testing.T) {
	respond := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		hint    string
	}{
		"unauthorized": {respond(401, "planted"), "hint: check the credentials in --prometheus.http-config-file"},
		"forbidden":    {respond(403, "planted"), "hint: check the credentials"},
		"not found":    {respond(404, "planted"), "hint: check the path of --prometheus.url"},
		"not JSON":     {respond(200, "<html>planted"), "hint: check --prometheus.url"},
		"failing":      {respond(500, "planted"), "server error: 500"},
		"closed":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "hint: check that --prometheus.url is reachable"},
		"too large": {func(w http.ResponseWriter, _ *http.Request) {
			for range 70 {
				_, _ = io.WriteString(w, strings.Repeat("planted ", 1<<17))
			}
		}, "the response exceeds 67108864 bytes"},
		"redirected": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://user:planted@127.0.0.1:1/planted?planted", http.StatusFound)
		}, "hint: check that --prometheus.url is reachable"},
	} {
		t.Run(name, func(t *testing.T) {
			address := strings.Replace(serve(t, test.handler), "://", "://user:planted@", 1) + "/planted?token=planted"
			_, err := newClient(t, address, prom.Options{Timeout: time.Minute}).Instant(t.Context(), "up", time.Now())
			require.ErrorContains(t, err, test.hint)
			require.NotContains(t, err.Error(), "planted")
		})
	}
	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices the end of the connection
		<-r.Context().Done()
	})
	_, err := newClient(t, slow, prom.Options{Timeout: 100 * time.Millisecond}).Instant(t.Context(), "up", time.Now())
	require.ErrorContains(t, err, "hint: increase --prometheus.timeout")
	_, err = newClient(t, "http://user:planted@127.0.0.1:1", prom.Options{}).Instant(t.Context(), "up", time.Now())
	require.ErrorContains(t, err, "connection refused; hint: check that --prometheus.url is reachable")
	require.NotContains(t, err.Error(), "planted")
}

func TestCredentialsComeFromTheHTTPConfigFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "token"), []byte("planted\n"), 0o600))
	file := filepath.Join(dir, "http.yml")
	require.NoError(t, os.WriteFile(file, []byte(`{authorization: {credentials_file: token}, http_headers: {X-Scope-OrgID: {values: [shop]}}}`), 0o600))
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer planted" || r.Header.Get("X-Scope-OrgID") != "shop" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"status": "success", "data": {"resultType": "vector", "result": []}, "warnings": ["partial result"]}`)
	})
	log := &testlog.Buffer{}
	client := newClient(t, address, prom.Options{HTTPConfigFile: file, Logger: slog.New(slog.NewTextHandler(log, nil))})
	_, err := client.Instant(t.Context(), "up", time.Now())
	require.NoError(t, err)
	require.Contains(t, log.String(), "partial result")

	for _, content := range []string{`{password: planted}`, `basic_auth: planted`, `{authorization: planted`} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err = prom.HTTPClient("prometheus", file)
		require.ErrorContains(t, err, "--prometheus.http-config-file")
		require.NotContains(t, err.Error(), "planted")
	}
}

func TestConcurrencyIsLimited(t *testing.T) {
	var running, most atomic.Int64
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if now := running.Add(1); now > most.Load() {
			most.Store(now)
		}
		time.Sleep(100 * time.Millisecond)
		running.Add(-1)
		_, _ = fmt.Fprint(w, `{"status": "success", "data": {"resultType": "vector", "result": []}}`)
	})
	client := newClient(t, address, prom.Options{MaxConcurrency: 2})
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			_, err := client.Instant(t.Context(), "up", time.Now())
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, int64(2), most.Load())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Instant(ctx, "up", time.Now())
	require.ErrorIs(t, err, context.Canceled)
}
