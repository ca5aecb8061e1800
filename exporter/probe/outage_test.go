package probe_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/probe"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// website responds with the fault that the path names, or a valid state if it is repaired.
type website struct {
	repaired atomic.Bool
	mu       sync.Mutex
	requests map[string]int
}

func (w *website) ServeHTTP(response http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	w.mu.Lock()
	w.requests[name]++
	w.mu.Unlock()
	fault, ok := sourcetest.Faults()[name]
	if !ok || w.repaired.Load() {
		_, _ = io.WriteString(response, `{"status":"healthy"}`)
		return
	}
	fault.Handler(response, r)
}

// Each fault has a target of its own, all in one source, besides a target without one.
func TestFaultOfATargetCostsOnlyItsOwnProbe(t *testing.T) {
	site := &website{requests: map[string]int{}}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	target := func(name, path, timeout, options string) string {
		return fmt.Sprintf("- {name: '%s', component: website, environment: production, health: true, allow_private_addresses: true, interval: 1s, "+
			"url: '%s', module: {prober: http, timeout: %s%s}}\n", name, server.URL+"/"+url.PathEscape(path), timeout, options)
	}
	config := "targets:\n" + target("other", "other", "30s", "")
	for i := range 20 { // one after the other, they would take longer than the test waits
		config += target(fmt.Sprintf("hanging %d", i), "no response", "1s", "")
	}
	for name := range sourcetest.Faults() {
		options := ""
		if name == "redirect loop" {
			options = ", http: {follow_redirects: true}"
		}
		config += target(name, name, "1s", options)
	}
	r, began := start(t, config), time.Now()
	for name := range sourcetest.Faults() {
		r.requireSeries(t, fmt.Sprintf(`probe_success{target=%q} 0`, name), `probe_success{target="other"} 1`)
	}
	var durations []time.Duration
	for time.Since(began) < 6*time.Second {
		began := time.Now()
		samples := r.scrape(t)
		durations = append(durations, time.Since(began))
		require.Contains(t, samples, `marketplace_probe_consecutive_failures{target="other"} 0`)
		time.Sleep(50 * time.Millisecond)
	}
	slices.Sort(durations)
	require.Less(t, durations[len(durations)/2], 500*time.Millisecond, "median duration of the scrapes")
	site.mu.Lock()
	requests := maps.Clone(site.requests)
	site.mu.Unlock()
	for name, count := range requests { // of the prober and of the health endpoint
		limit := 2 * (int(time.Since(began).Seconds()) + 1)
		switch name {
		case "redirect loop":
			limit = 12 * limit / 2 // the prober follows 10 redirects
		case "no response":
			limit *= 21
		}
		require.LessOrEqual(t, count, limit, name)
	}
	site.repaired.Store(true)
	for name := range sourcetest.Faults() {
		r.requireSeries(t, fmt.Sprintf(`probe_success{target=%q} 1`, name))
	}
	require.NotContains(t, r.log.String(), "planted")
}

// A prober that exceeds its timeout is a bug. The target neither looks unchanged nor vanishes.
func TestProbeThatExceedsItsTimeoutIsAFailedPart(t *testing.T) {
	r, err := open(t, site("https://example.com")+"- {name: other, component: api, url: 'https://example.com'}\n")
	require.NoError(t, err)
	probe.Record(r.Source, "site", time.Now().Add(-34*time.Second)) // three intervals of 1 s and a timeout of 30 s
	probe.Record(r.Source, "other", time.Now().Add(-34*time.Second))
	samples, err := sourcetest.Samples(t, r.Source)
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, []any{"site", failure.Timeout}, []any{all[0].Part, all[0].Reason})
	require.True(t, sourcetest.Has(samples, `probe_success{component="api",environment="",target="other"}`))
	require.False(t, sourcetest.Has(samples, `probe_success{component="website"`))
}
