package sentry_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/services/sentry"
)

const (
	token  = "sntrys_of_the_test"
	secret = "client secret of the test"
)

func get(t *testing.T, s *sentry.Sentry, resource string, query url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/0/organizations/ai-marketplace/"+resource+"/?"+query.Encode(), nil)
	request.Header.Set("Authorization", "Bearer "+token)
	response := httptest.NewRecorder()
	s.ServeHTTP(response, request)
	return response
}

type issue struct {
	Level, Status string
	Substatus     *string
	Count         string // as Sentry has it
	UserCount     int
}

func issues(t *testing.T, s *sentry.Sentry, search string) (found []issue) {
	t.Helper()
	response := get(t, s, "issues", url.Values{"query": {search}})
	require.Equal(t, http.StatusOK, response.Code, response.Body)
	require.Contains(t, response.Header().Get("Link"), `rel="next"; results="false"`)
	require.NoError(t, json.Unmarshal(response.Body.Bytes(), &found))
	return found
}

// volume returns count() and count_unique(user) of a search, in the last hour.
func volume(t *testing.T, s *sentry.Sentry, search string) [2]float64 {
	t.Helper()
	var response struct {
		Data []struct {
			Events float64 `json:"count()"`
			Users  float64 `json:"count_unique(user)"`
		}
	}
	require.NoError(t, json.Unmarshal(get(t, s, "events", url.Values{"query": {search}, "statsPeriod": {"1h"}}).Body.Bytes(), &response))
	if len(response.Data) == 0 {
		return [2]float64{}
	}
	return [2]float64{response.Data[0].Events, response.Data[0].Users}
}

func newSentry() *sentry.Sentry {
	return sentry.New(sentry.Options{Token: token, WebhookSecret: secret})
}

func TestErrorsBecomeIssues(t *testing.T) {
	s := newSentry()
	require.Len(t, issues(t, s, "is:unresolved"), 1, "the old issue")
	require.Empty(t, issues(t, s, "firstSeen:-24h"))
	failed := sentry.Error{Type: "StripeCardError", Message: "card_declined", Transaction: "/api/payments/charge", Level: "error", User: "u1", At: time.Now()}
	for range 3 {
		s.Capture(failed)
	}
	failed.User = "u2"
	s.Capture(failed)
	found := issues(t, s, "firstSeen:-24h")
	require.Len(t, found, 1)
	require.Equal(t, "new", *found[0].Substatus)
	require.Equal(t, "4", found[0].Count)
	require.Equal(t, 2, found[0].UserCount)
	failed.Message = "insufficient_funds"
	s.Capture(failed)
	require.Len(t, issues(t, s, "firstSeen:-24h"), 2)
	require.Equal(t, [2]float64{5, 2}, volume(t, s, "transaction:*/api/payments/* OR transaction:*/api/checkout/*"))
	require.Zero(t, volume(t, s, "transaction:*/api/auth/*"))
	require.Equal(t, [2]float64{6, 3}, volume(t, s, ""), "with the old issue")
	require.Contains(t, get(t, s, "stats_v2", url.Values{"statsPeriod": {"1h"}}).Body.String(), `{"by":{"outcome":"accepted"},"totals":{"sum(quantity)":6}}`)
	require.Contains(t, get(t, s, "sessions", nil).Body.String(), `"crash_free_rate(session)":0.9986`)
}

func TestSpikeEnds(t *testing.T) {
	s := newSentry()
	s.BeginSpike()
	require.Equal(t, "fatal", issues(t, s, "firstSeen:-24h")[0].Level)
	require.Equal(t, [2]float64{200, 200}, volume(t, s, "error.type:[PrismaClientInitializationError, PrismaClientKnownRequestError]"))
	s.EndSpike()
	require.Empty(t, issues(t, s, "firstSeen:-24h"))
	require.Equal(t, [2]float64{1, 1}, volume(t, s, ""))
}

func TestThrottling(t *testing.T) {
	s := newSentry()
	s.SetThrottled(true)
	response := get(t, s, "issues", nil)
	require.Equal(t, http.StatusTooManyRequests, response.Code)
	require.Equal(t, "45", response.Header().Get("Retry-After"))
	require.Equal(t, "0", response.Header().Get("X-Sentry-Rate-Limit-Remaining"))
	s.SetThrottled(false)
	require.Equal(t, "39", get(t, s, "issues", nil).Header().Get("X-Sentry-Rate-Limit-Remaining"))
	require.Equal(t, http.StatusBadRequest, get(t, s, "events", url.Values{"statsPeriod": {"1y"}}).Code)
	require.Equal(t, http.StatusNotFound, get(t, s, "members", nil).Code)
}

func TestChangesOfIssuesAreSigned(t *testing.T) {
	type delivery struct {
		Action string
		Data   struct{ Issue issue }
	}
	deliveries := make(chan delivery, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		var d delivery
		if err == nil && r.Header.Get("Sentry-Hook-Signature") == hex.EncodeToString(mac.Sum(nil)) && json.Unmarshal(body, &d) == nil {
			deliveries <- d
		}
	}))
	t.Cleanup(server.Close)
	s := newSentry()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx, server.URL) }()
	t.Cleanup(func() { cancel(); <-ended })

	next := func() delivery {
		select {
		case d := <-deliveries:
			return d
		case <-time.After(10 * time.Second):
			require.FailNow(t, "no webhook")
			return delivery{}
		}
	}
	s.BeginSpike()
	require.Equal(t, "created", next().Action)
	require.Eventually(t, func() bool { return volume(t, s, "error.type:[PrismaClientInitializationError]")[0] > 200 }, 10*time.Second, 50*time.Millisecond)
	s.EndSpike()
	resolved := next()
	require.Equal(t, "resolved", resolved.Action)
	require.Equal(t, "fatal", resolved.Data.Issue.Level)
}
