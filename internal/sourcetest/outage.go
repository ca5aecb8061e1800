package sourcetest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Polled is a polled source under test.
type Polled struct {
	// Open opens the source with an interval of a minute and a maximum age of 10 minutes.
	Open     func(t *testing.T, address *url.URL) source.Source
	Healthy  http.HandlerFunc
	Series   string // prefix of the samples of a successful poll
	Requests int    // of a successful poll
}

// The times that the source under test keeps, and those of the package source.
const (
	interval   = time.Minute
	maxAge     = 10 * time.Minute
	maxBackoff = 15 * time.Minute
)

// jittered returns the longest delay that jitter makes of d.
func jittered(d time.Duration) time.Duration { return d + d/20 }

// Outages tests that each fault of the service, for hours of simulated time, costs the data of the
// source and nothing else.
func Outages(t *testing.T, p Polled) {
	for name, fault := range Faults() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { start(t, p).outage(t, fault) })
		})
	}
}

// Hour polls a service for an hour of simulated time. It returns the number of requests and what
// the last scrape gets.
func Hour(t *testing.T, p Polled) (requests int, samples []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := start(t, p)
		time.Sleep(time.Hour)
		requests, samples = len(s.requestsSince(s.began)), s.scrape(t)
	})
	return requests, samples
}

// simulation is a source that runs besides another source, and its service.
type simulation struct {
	*service
	Polled
	source source.Source
	set    *source.Set
	began  time.Time
}

func start(t *testing.T, p Polled) *simulation {
	t.Helper()
	s := &simulation{service: startService(t, p.Healthy), Polled: p, began: time.Now()}
	s.source = p.Open(t, s.url)
	s.set = source.NewSet(t.Context(), slog.New(slog.DiscardHandler), source.Limits{Timeout: 10 * time.Second}, s.source, other{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.set.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended }) // before the service ends: a request that hangs must end, too
	return s
}

// other is a source that always works.
type other struct{}

func (other) Name() string { return "other" }

func (other) Descs() []metric.Desc { return nil }

func (other) Collect(context.Context, chan<- prometheus.Metric) error { return nil }

// scrape returns what a scrape gets. It takes no time, whatever the service does, and the other
// source is up.
func (s *simulation) scrape(t *testing.T) []string {
	t.Helper()
	began := time.Now()
	families, err := s.set.Gather(t.Context())
	require.NoError(t, err)
	require.Zero(t, time.Since(began), "duration of the scrape")
	samples := lines(t, families)
	require.Contains(t, samples, `marketplace_source_up{source="other"} 1`)
	require.NotContains(t, strings.Join(samples, "\n"), "planted")
	return samples
}

func (s *simulation) outage(t *testing.T, fault Fault) {
	t.Helper()
	time.Sleep(3 * interval)
	s.requireUp(t)
	s.respond(fault.Handler)
	began := time.Now()
	var lastSuccess string
	for step := interval / 2; time.Since(began) < 6*time.Hour; {
		if time.Since(began) > 2*maxAge {
			step = 5 * interval
		}
		time.Sleep(step)
		samples, age := s.scrape(t), time.Since(began)
		require.LessOrEqual(t, s.connections.Load(), int64(2))
		switch {
		case age < maxAge-jittered(interval):
			require.True(t, Has(samples, s.Series), "the last data are served after %s", age)
		case age > maxAge+interval:
			require.False(t, Has(samples, s.Series), "the last data are dropped after %s", age)
		}
		if age > 2*jittered(interval) { // until the next poll, and its timeout
			s.requireDown(t, samples, fault)
			success := line(samples, s.about("marketplace_source_last_success_timestamp_seconds"))
			require.Contains(t, []string{"", success}, lastSuccess)
			lastSuccess = success
		}
	}
	s.requireSlow(t, fault, s.requestsSince(began))
	s.respond(s.Healthy)
	time.Sleep(jittered(max(maxBackoff, fault.Pause)) + jittered(maxBackoff) + interval)
	s.requireUp(t)
}

// about returns the prefix of a sample about the source.
func (s *simulation) about(name string) string {
	return fmt.Sprintf(`%s{source=%q} `, name, s.source.Name())
}

func (s *simulation) requireDown(t *testing.T, samples []string, fault Fault) {
	t.Helper()
	require.Contains(t, samples, s.about("marketplace_source_up")+"0")
	require.Contains(t, samples, fmt.Sprintf(`marketplace_source_failing{part="",reason=%q,source=%q} 1`, fault.Reason, s.source.Name()))
	_, err := source.MetricsOf(t.Context(), s.source)
	require.NotContains(t, err.Error(), "planted", "the text becomes a log line")
}

func (s *simulation) requireUp(t *testing.T) {
	t.Helper()
	samples := s.scrape(t)
	require.True(t, Has(samples, s.Series))
	require.False(t, Has(samples, "marketplace_source_failing{"), "%s", samples)
}

// requireSlow requires that the requests of a long outage respect the interval, the back-off
// and the pause that the service asks for.
func (s *simulation) requireSlow(t *testing.T, fault Fault, requests []time.Time) {
	t.Helper()
	lastHour := 0
	for i, at := range requests {
		if i > 0 {
			require.GreaterOrEqual(t, at.Sub(requests[i-1]), fault.Pause, "pause before request %d", i)
		}
		// One more, since net/http repeats a request whose reused connection is closed.
		if next := i + s.Requests + 1; next < len(requests) {
			require.GreaterOrEqual(t, requests[next].Sub(at), interval, "no more requests than one poll has")
		}
		if time.Since(at) <= time.Hour {
			lastHour++
		}
	}
	require.LessOrEqual(t, lastHour, 4*(s.Requests+1), "a poll every 15 minutes")
}
