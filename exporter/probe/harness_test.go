package probe_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/probe"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

// running is a source that probes until the test ends.
type running struct {
	source.Source
	file string
	log  *testlog.Buffer
}

// open opens the source with a configuration file.
func open(t *testing.T, config string) (*running, error) {
	t.Helper()
	r := &running{file: filepath.Join(t.TempDir(), "probe.yml"), log: &testlog.Buffer{}}
	require.NoError(t, os.WriteFile(r.file, []byte(config), 0o600))
	var err error
	r.Source, err = (&probe.Config{File: r.file}).Open(source.Deps{Logger: slog.New(slog.NewTextHandler(r.log, nil))})
	return r, err
}

// start runs the source. Tests wait for probes, so they run in parallel.
func start(t *testing.T, config string) *running {
	t.Helper()
	t.Parallel()
	r, err := open(t, config)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Source.(source.Runner).Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	return r
}

// scrape returns the samples of a scrape, without the labels component and environment.
func (r *running) scrape(t *testing.T) []string {
	t.Helper()
	samples, err := sourcetest.Samples(t, r.Source)
	require.NoError(t, err)
	for i, sample := range samples {
		samples[i] = strings.NewReplacer(`component="website",`, "", `environment="production",`, "").Replace(sample)
	}
	return samples
}

// requireSeries waits until a scrape has all of the series.
func (r *running) requireSeries(t *testing.T, want ...string) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		got := r.scrape(t)
		for _, series := range want {
			require.Contains(c, got, series)
		}
	}, 10*time.Second, 20*time.Millisecond)
}

// serve serves a status code and a body.
func serve(t *testing.T, code int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// site is a configuration with one target at a local URL.
func site(url string, lines ...string) string {
	return "targets:\n- name: site\n  component: website\n  environment: production\n  allow_private_addresses: true\n  interval: 1s\n  url: " +
		url + "\n" + strings.Join(lines, "\n") + "\n"
}
