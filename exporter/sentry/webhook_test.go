package sentry_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

const secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// deliver sends a webhook as Sentry does and returns the status code.
func deliver(t *testing.T, listener http.Handler, id, key, body string) int {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(body))
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sentry/webhook", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Request-ID", id)
	request.Header.Set("Sentry-Hook-Resource", "issue")
	request.Header.Set("Sentry-Hook-Timestamp", "1764140400")
	request.Header.Set("Sentry-Hook-Signature", hex.EncodeToString(mac.Sum(nil)))
	recorder := httptest.NewRecorder()
	listener.ServeHTTP(recorder, request)
	return recorder.Code
}

func resolvedIssue(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile("testdata/issue-webhook.json")
	require.NoError(t, err)
	return string(body)
}

func TestWebhooksAreCountedOnce(t *testing.T) {
	s, listener := receive(t, secret)
	resolved := resolvedIssue(t)
	require.Equal(t, http.StatusOK, deliver(t, listener, "a", secret, resolved))
	require.Equal(t, http.StatusOK, deliver(t, listener, "a", secret, resolved), "a proxy delivered it again")
	require.Equal(t, http.StatusUnauthorized, deliver(t, listener, "b", strings.Repeat("x", 64), resolved))
	regressed := strings.NewReplacer(`"resolved", "installation"`, `"unresolved", "installation"`, `"substatus": null`, `"substatus": "regressed"`).Replace(resolved)
	require.Equal(t, http.StatusOK, deliver(t, listener, "c", secret, regressed))
	escalated := strings.Replace(regressed, `"regressed"`, `"escalating"`, 1)
	require.Equal(t, http.StatusOK, deliver(t, listener, "d", secret, escalated))
	unknown := strings.Replace(strings.Replace(resolved, `"action": "resolved"`, `"action": "merged"`, 1), `"level": "error"`, `"level": "dire"`, 1)
	require.Equal(t, http.StatusOK, deliver(t, listener, "e", secret, unknown))
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	for _, want := range []string{
		`marketplace_sentry_issue_changes_total{change="resolved",level="error",project="web"} 1`,
		`marketplace_sentry_issue_changes_total{change="regressed",level="error",project="web"} 1`,
		`marketplace_sentry_issue_changes_total{change="escalated",level="error",project="web"} 1`,
		`marketplace_sentry_issue_changes_total{change="other",level="other",project="web"} 1`,
		`marketplace_sentry_issue_changes_total{change="created",level="fatal",project="web"} 0`,
		`marketplace_sentry_issue_resolution_seconds_count{project="web"} 1`,
		`marketplace_sentry_issue_resolution_seconds_bucket{project="web",le="7.776e+06"} 0`,
	} {
		require.Contains(t, samples, want)
	}
	require.NotContains(t, strings.Join(samples, "\n"), "planted")
}

func TestOtherResourcesAreAccepted(t *testing.T) {
	s, listener := receive(t, secret)
	body := `{"action":"created","data":{"comment":"planted"}}`
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sentry/webhook", strings.NewReader(body))
	request.Header.Set("Sentry-Hook-Resource", "comment")
	request.Header.Set("Sentry-Hook-Signature", hex.EncodeToString(mac.Sum(nil)))
	recorder := httptest.NewRecorder()
	listener.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code)
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_sentry_issue_changes_total{change="created",level="error",project="web"} 0`)
}

func TestMalformedWebhookIsRejected(t *testing.T) {
	_, listener := receive(t, secret)
	for _, body := range []string{"", "planted", `{"data":{"issue":{"firstSeen":"yesterday"}}}`, `[]`} {
		require.Equal(t, http.StatusBadRequest, deliver(t, listener, "a", secret, body), body)
	}
}
