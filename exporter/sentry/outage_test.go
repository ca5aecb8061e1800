package sentry_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// polled returns the source with a token, and a fake as its service. A poll requests two pages of
// issues, the new ones, events and outcomes in two windows, and sessions.
func polled(f http.Handler) sourcetest.Polled {
	return sourcetest.Polled{
		Open:    func(t *testing.T, address *url.URL) source.Source { t.Helper(); return openAt(t, address) },
		Healthy: f.ServeHTTP, Series: "marketplace_sentry_unresolved_issues{", Requests: 2 + 1 + 2 + 2 + 1,
	}
}

func TestOutages(t *testing.T) { sourcetest.Outages(t, polled(newFake(t))) }

// Sentry always sends a next link. One that never ends costs the pages of the limit, or two
// requests if it repeats a page.
func TestPagesThatNeverEnd(t *testing.T) {
	for name, test := range map[string]struct {
		page  func(n int) string
		pages int // of a poll
	}{
		"new issues": {func(n int) string {
			return `[{"id":"` + strconv.Itoa(n) + `","level":"error","project":{"slug":"web"}}]`
		}, 10},
		"repeated page": {func(int) string { return `[{"id":"1","level":"error","project":{"slug":"web"}}]` }, 2},
		"empty pages":   {func(int) string { return `[]` }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f, n := newFake(t), 0
			f.handlers["issues/?is:unresolved"] = func(w http.ResponseWriter, r *http.Request) {
				n++
				w.Header().Set("Link", `<https://sentry.io/x?cursor=0:100:0>; rel="next"; results="true"; cursor="0:100:0"`)
				respond(http.StatusOK, test.page(n))(w, r)
			}
			requests, samples := sourcetest.Hour(t, polled(f))
			require.InDelta(t, 59*(test.pages+6), requests, 2*float64(test.pages+6))
			require.True(t, sourcetest.Has(samples, `marketplace_sentry_issues_truncated{list="unresolved"} 1`))
		})
	}
}
