package sentry_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/sentry"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

const token = "sntrys_planted"

// fake is a Sentry with the documented responses. A test replaces the handlers of operations.
type fake struct {
	handlers map[string]http.HandlerFunc // by the last element of the path and the search
	requests []*url.URL
}

// ServeHTTP serves one request after the other, since the exporter sends them so.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests = append(f.requests, r.URL)
	if r.Header.Get("Authorization") != "Bearer "+token {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	const prefix = "/api/0/organizations/example/"
	handler := f.handlers[r.URL.Path[len(prefix):]+"?"+r.URL.Query().Get("query")]
	if handler == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	handler(w, r)
}

func respond(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

func newFake(t *testing.T) *fake {
	t.Helper()
	page := func(number string) string {
		content, err := os.ReadFile(filepath.Join("testdata", "unresolved-"+number+".json"))
		require.NoError(t, err)
		return string(content)
	}
	first, second := page("1"), page("2")
	return &fake{handlers: map[string]http.HandlerFunc{
		"issues/?is:unresolved": func(w http.ResponseWriter, r *http.Request) {
			const link = `<https://sentry.io/api/0/x?&cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <https://sentry.io/x?cursor=0:100:0>; rel="next"; `
			if r.URL.Query().Get("cursor") == "0:100:0" {
				w.Header().Set("Link", link+`results="false"; cursor="0:200:0"`)
				respond(http.StatusOK, second)(w, r)
				return
			}
			w.Header().Set("Link", link+`results="true"; cursor="0:100:0"`)
			respond(http.StatusOK, first)(w, r)
		},
		"issues/?firstSeen:-24h": respond(http.StatusOK, `[{"id":"1","level":"fatal","project":{"slug":"web"},"firstSeen":"`+
			time.Now().Add(-30*time.Minute).UTC().Format(time.RFC3339)+`"},{"id":"2","level":"error","project":{"slug":"web"},"firstSeen":"`+
			time.Now().Add(-90*time.Minute).UTC().Format(time.RFC3339)+`"}]`),
		"events/?": respond(http.StatusOK, `{"data":[{"project":"web","count()":120,"count_unique(user)":9}],"meta":{"fields":{}}}`),
		"stats_v2/?": respond(http.StatusOK, `{"start":"2026-11-26T06:00:00Z","end":"2026-11-26T07:00:00Z","intervals":["2026-11-26T06:00:00Z"],"groups":[
			{"by":{"outcome":"accepted"},"totals":{"sum(quantity)":118},"series":{"sum(quantity)":[118]}},
			{"by":{"outcome":"rate_limited"},"totals":{"sum(quantity)":2},"series":{"sum(quantity)":[2]}},
			{"by":{"outcome":"teleported"},"totals":{"sum(quantity)":1},"series":{"sum(quantity)":[1]}}]}`),
		"sessions/?": respond(http.StatusOK, `{"groups":[{"by":{},"totals":{"crash_free_rate(session)":0.9985,"crash_free_rate(user)":null}}],"query":""}`),
	}}
}

// open opens the source with a fake and changes to its configuration.
func open(t *testing.T, f http.Handler, changes ...func(*sentry.Config)) source.Source {
	t.Helper()
	return openAt(t, sourcetest.Serve(t, f), changes...)
}

// openAt opens the source with an address of the API and changes to its configuration.
func openAt(t *testing.T, address *url.URL, changes ...func(*sentry.Config)) source.Source {
	t.Helper()
	config := sentry.Config{
		TokenFile: sourcetest.File(t, token), URL: address, Organization: "example", Environment: "production",
		Interval: time.Minute, MaxAge: 10 * time.Minute, MaxPages: 10,
	}
	for _, change := range changes {
		change(&config)
	}
	s, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return s
}

// receive returns the source with webhooks only, and its listener.
func receive(t *testing.T, secret string) (source.Source, http.Handler) {
	t.Helper()
	server := sourcetest.Listener(t)
	config := sentry.Config{
		URL: &url.URL{Scheme: "https", Host: "sentry.io"}, Interval: time.Minute, MaxAge: time.Hour, MaxPages: 1,
		Projects: []string{"web"}, WebhookSecretFile: sourcetest.File(t, secret),
	}
	s, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler), Inbound: server})
	require.NoError(t, err)
	return s, server
}
