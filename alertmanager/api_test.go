package alertmanager_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// postedAlert is an alert as Prometheus sends it.
type postedAlert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
	StartsAt    time.Time         `json:"startsAt,omitzero"`
	// EndsAt in the past marks the alert as resolved.
	EndsAt time.Time `json:"endsAt,omitzero"`
	// GeneratorURL is the rule's expression in Prometheus.
	GeneratorURL string `json:"generatorURL,omitempty"`
}

// alertState is the state of an alert in Alertmanager.
type alertState struct {
	Fingerprint string            `json:"fingerprint"`
	Labels      map[string]string `json:"labels"`
	Status      struct {
		State       string   `json:"state"`
		InhibitedBy []string `json:"inhibitedBy"`
	} `json:"status"`
}

// send posts alerts in one request.
func (c chain) send(t *testing.T, alerts ...postedAlert) {
	t.Helper()
	body, err := json.Marshal(alerts)
	require.NoError(t, err)
	c.request(t, http.MethodPost, "/api/v2/alerts", body)
}

// states returns the states of all unresolved alerts.
func (c chain) states(t *testing.T) []alertState {
	t.Helper()
	var states []alertState
	require.NoError(t, json.Unmarshal(c.request(t, http.MethodGet, "/api/v2/alerts", nil), &states))
	return states
}

// metric returns the value of one series of Alertmanager's metrics, or 0 when it does not exist.
func (c chain) metric(t *testing.T, series string) float64 {
	t.Helper()
	for line := range strings.Lines(string(c.request(t, http.MethodGet, "/metrics", nil))) {
		if text, found := strings.CutPrefix(line, series+" "); found {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			require.NoError(t, err)
			return value
		}
	}
	return 0
}

// request returns the body of a response, which must have status 200.
func (c chain) request(t *testing.T, method, path string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.URL()+path, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // goleak would report an idle connection
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(content))
	return content
}

func TestAlertmanagerReportsItsAlerts(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, alert("First", "P0", "api"))
	states := chain.states(t)
	require.Len(t, states, 1)
	require.Equal(t, "active", states[0].Status.State)
	require.EqualValues(t, 1, chain.metric(t, `alertmanager_alerts_received_total{status="firing",version="v2"}`))
}
