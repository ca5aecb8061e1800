package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

const token = "sntrys_planted_token"

func loadToken(t *testing.T) *api.Token {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(token+"\n"), 0o600))
	loaded, err := api.LoadToken("sentry.token-file", file)
	require.NoError(t, err)
	return loaded
}

// get requests /issues?query=planted_query from a server and returns the decoded count.
func get(t *testing.T, ctx context.Context, transport *api.Transport, server string) (int, error) {
	t.Helper()
	u, err := url.Parse(server + "/issues?query=planted_query")
	require.NoError(t, err)
	var result struct{ Count int }
	_, err = transport.GetJSON(ctx, "list_issues", u, loadToken(t).Authorize, &result)
	if err != nil {
		require.NotContains(t, err.Error(), "planted", "errors contain neither the token, the query nor the body")
		require.Contains(t, err.Error(), "requesting list_issues: ")
	}
	return result.Count, err
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func requireReason(t *testing.T, want failure.Reason, err error) {
	t.Helper()
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, want, all[0].Reason, "%v", err)
}

func TestResponseIsDecoded(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, `{"count": 7, "unknown": {}}`)
	})
	transport := api.New("sentry", 1000, "list_issues")
	count, err := get(t, t.Context(), transport, server)
	require.NoError(t, err)
	require.Equal(t, 7, count)
	require.NoError(t, testutil.CollectAndCompare(transport, strings.NewReader(`
# HELP marketplace_sentry_api_requests_total Requests of the exporter to the API, by outcome.
# TYPE marketplace_sentry_api_requests_total counter
marketplace_sentry_api_requests_total{operation="list_issues",outcome="client_error"} 0
marketplace_sentry_api_requests_total{operation="list_issues",outcome="no_response"} 0
marketplace_sentry_api_requests_total{operation="list_issues",outcome="ok"} 1
marketplace_sentry_api_requests_total{operation="list_issues",outcome="paused"} 0
marketplace_sentry_api_requests_total{operation="list_issues",outcome="server_error"} 0
marketplace_sentry_api_requests_total{operation="list_issues",outcome="throttled"} 0
`), "marketplace_sentry_api_requests_total"))
}

func TestReasonsOfFailures(t *testing.T) {
	body := func(code int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, text)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		reason  failure.Reason
	}{
		"unauthorized": {body(401, "planted"), failure.Authentication},
		"forbidden":    {body(403, "planted"), failure.PermissionDenied},
		"not found":    {body(404, "planted"), failure.Invalid},
		"throttled":    {body(429, "planted"), api.ReasonThrottled},
		"server error": {body(502, "planted"), api.ReasonUnavailable},
		"not JSON":     {body(200, "planted <html>"), failure.Invalid},
		"wrong type":   {body(200, `{"count": "planted"}`), failure.Invalid},
		"too large":    {body(200, `{"planted": "`+strings.Repeat("x", 2000)+`"}`), failure.Invalid},
		"redirect":     {body(302, "planted"), failure.Invalid},
		"closed early": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, failure.Unreachable},
		"cut in mid-body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			_, _ = io.WriteString(w, `{"count`)
		}, failure.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, t.Context(), api.New("sentry", 1000), serve(t, test.handler))
			requireReason(t, test.reason, err)
		})
	}
}

func TestCredentialsNeverFollowARedirect(t *testing.T) {
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, http.StatusFound) })
	_, err := get(t, t.Context(), api.New("sentry", 1000), server)
	require.Error(t, err)
}

func TestSlowResponseTimesOut(t *testing.T) {
	ended := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, " ")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := get(t, ctx, api.New("sentry", 1000), server)
	requireReason(t, failure.Timeout, err)
	<-ended
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// roundTripper answers requests without a network, so that time can be simulated.
type roundTripper func() *http.Response

func (f roundTripper) RoundTrip(*http.Request) (*http.Response, error) { return f(), nil }

func TestRequestsPauseAsTheServiceAsks(t *testing.T) {
	for name, test := range map[string]struct {
		code   int
		header func(now time.Time) map[string]string
		pause  time.Duration
	}{
		"seconds":              {429, func(time.Time) map[string]string { return map[string]string{"Retry-After": "120"} }, 2 * time.Minute},
		"seconds, unavailable": {503, func(time.Time) map[string]string { return map[string]string{"Retry-After": "120"} }, 2 * time.Minute},
		"date": {429, func(now time.Time) map[string]string {
			return map[string]string{"Retry-After": now.Add(5 * time.Minute).UTC().Format(http.TimeFormat)}
		}, 5 * time.Minute},
		"absurd":  {429, func(time.Time) map[string]string { return map[string]string{"Retry-After": "1e300"} }, time.Hour},
		"none":    {429, func(time.Time) map[string]string { return nil }, time.Minute},
		"invalid": {429, func(time.Time) map[string]string { return map[string]string{"Retry-After": "soon"} }, time.Minute},
		"Sentry's limit is used up": {200, func(now time.Time) map[string]string {
			return map[string]string{"X-Sentry-Rate-Limit-Remaining": "0", "X-Sentry-Rate-Limit-Reset": unix(now.Add(30 * time.Second))}
		}, 30 * time.Second},
		"UptimeRobot's limit is used up": {200, func(now time.Time) map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(now.Add(30 * time.Second))}
		}, 30 * time.Second},
		"UptimeRobot's limit is not used up": {200, func(now time.Time) map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": unix(now.Add(30 * time.Second))}
		}, 0},
		"reset in the past": {200, func(now time.Time) map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(now.Add(-time.Hour))}
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				transport := api.New("sentry", 1000, "list_issues")
				transport.SetNext(roundTripper(func() *http.Response {
					requests++
					response := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}
					if requests == 1 {
						response.StatusCode = test.code
						for key, value := range test.header(time.Now()) {
							response.Header.Set(key, value)
						}
					}
					return response
				}))
				_, _ = get(t, t.Context(), transport, "http://sentry.example")
				if test.pause > 0 {
					time.Sleep(test.pause - time.Second)
					_, err := get(t, t.Context(), transport, "http://sentry.example")
					requireReason(t, map[int]failure.Reason{503: api.ReasonUnavailable, 429: api.ReasonThrottled, 200: api.ReasonThrottled}[test.code], err)
					require.Equal(t, 1, requests, "no request during the pause")
					time.Sleep(2 * time.Second)
				}
				_, err := get(t, t.Context(), transport, "http://sentry.example")
				require.NoError(t, err)
			})
		})
	}
}

func TestInvalidTokenFiles(t *testing.T) {
	for _, content := range []string{"", " \n", "two words\n", "two\nlines\n"} {
		file := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := api.LoadToken("sentry.token-file", file)
		require.ErrorContains(t, err, "--sentry.token-file")
		require.NotContains(t, err.Error(), "two")
	}
	_, err := api.LoadToken("sentry.token-file", filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, err, "--sentry.token-file")
}
