package stripe_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// polled returns the source with a key, and a fake as its service.
func polled(f http.Handler) sourcetest.Polled {
	return sourcetest.Polled{
		Open:    func(t *testing.T, address *url.URL) source.Source { t.Helper(); return openAt(t, address) },
		Healthy: f.ServeHTTP, Series: "marketplace_stripe_undelivered_events{", Requests: 4,
	}
}

func TestOutages(t *testing.T) { sourcetest.Outages(t, polled(newFake())) }

// Lists that have no end cost the pages of the limit, or two requests if they repeat a page.
func TestListsThatNeverEnd(t *testing.T) {
	for name, test := range map[string]struct {
		page     func(n int) []string // IDs
		requests int                  // of a poll
	}{
		"new objects":   {func(n int) []string { return []string{"a" + strconv.Itoa(n)} }, 10 + 10 + 10 + 10 + 1},
		"repeated page": {func(int) []string { return []string{"a"} }, 2 + 2 + 2 + 2 + 1},
		"empty pages":   {func(int) []string { return nil }, 1 + 1 + 1 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			f, n := newFake(), 0
			balance := f.balance
			requests, samples := sourcetest.Hour(t, polled(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "balance") {
					_, _ = w.Write([]byte(balance))
					return
				}
				n++
				data := []map[string]any{}
				for _, id := range test.page(n) {
					data = append(data, map[string]any{"id": id, "status": "enabled", "created": time.Now().Add(-time.Hour).Unix(), "data": map[string]any{"object": usd(100)}})
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "has_more": true, "data": data})
			})))
			require.InDelta(t, 59*test.requests, requests, 2*float64(test.requests))
			require.True(t, sourcetest.Has(samples, `marketplace_stripe_undelivered_events_truncated 1`))
			require.False(t, sourcetest.Has(samples, "marketplace_source_failing{"))
		})
	}
}
