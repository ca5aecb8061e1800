package alertmanager_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/toolbox"
	"github.com/aimarketplace/monitoring/report/alertmanager"
)

func newClient(t *testing.T, address string) *alertmanager.Client {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	client, err := alertmanager.New(u, "")
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

// startAlertmanager runs the pinned Alertmanager without receivers.
func startAlertmanager(t *testing.T) string {
	t.Helper()
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	server, err := child.Start(t.Context(), child.Options{
		Name: "Alertmanager", Ready: child.Responds("/-/ready"),
		Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
			return []string{
				path, "--config.file=" + s.Join("alertmanager.yml"), "--storage.path=" + s.Join("data"),
				"--web.listen-address=" + s.Address(), "--cluster.listen-address=",
			}, s.Write("alertmanager.yml", "route: { receiver: none }\nreceivers: [{ name: none }]\n")
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server.URL()
}

func TestSilencesOfARealAlertmanager(t *testing.T) {
	address := startAlertmanager(t)
	start := time.Now().Add(time.Second).UTC().Truncate(time.Millisecond)
	body := `{"startsAt": "` + start.Format(time.RFC3339Nano) + `", "endsAt": "` + start.Add(time.Hour).Format(time.RFC3339Nano) + `",
		"createdBy": "kim", "comment": "rolling back", "matchers": [
			{"name": "alertname", "value": "Website.*", "isRegex": true, "isEqual": true},
			{"name": "environment", "value": "preview", "isRegex": false, "isEqual": false}]}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/api/v2/silences", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	silences, err := newClient(t, address).Silences(t.Context())
	require.NoError(t, err)
	require.Len(t, silences, 1)
	require.Equal(t, start, silences[0].StartsAt.UTC())
	require.Equal(t, "kim", silences[0].CreatedBy)
	require.Equal(t, "rolling back", silences[0].Comment)
	require.True(t, silences[0].Matches(model.Metric{"alertname": "WebsiteDown", "environment": "production"}))
	require.True(t, silences[0].Matches(model.Metric{"alertname": "WebsiteDown"}), "a missing label is empty")
	require.False(t, silences[0].Matches(model.Metric{"alertname": "WebsiteDown", "environment": "preview"}))
	require.False(t, silences[0].Matches(model.Metric{"alertname": "TheWebsiteDown", "environment": "production"}), "anchored")
}

func TestErrorsHaveNoSecrets(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"status 401": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"the response is not that of Alertmanager": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "planted") },
	} {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		_, err := newClient(t, strings.Replace(server.URL, "://", "://u:planted@", 1)).Silences(t.Context())
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "planted")
	}
	_, err := newClient(t, "http://u:planted@127.0.0.1:1").Silences(t.Context())
	require.ErrorContains(t, err, "connection refused")
	require.NotContains(t, err.Error(), "planted")
}
