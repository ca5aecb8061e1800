package amserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Alert is an alert as Prometheus sends it.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
	StartsAt    time.Time         `json:"startsAt,omitzero"`
	// EndsAt in the past marks the alert as resolved.
	EndsAt time.Time `json:"endsAt,omitzero"`
}

// State is the state of an alert in Alertmanager.
type State struct {
	Labels map[string]string `json:"labels"`
	Status struct {
		State       string   `json:"state"`
		InhibitedBy []string `json:"inhibitedBy"`
	} `json:"status"`
}

// Send posts alerts in one request.
func (s *Server) Send(ctx context.Context, alerts ...Alert) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return fmt.Errorf("sending alerts: %w", err)
	}
	if _, err := s.do(ctx, http.MethodPost, "/api/v2/alerts", bytes.NewReader(body)); err != nil {
		return fmt.Errorf("sending alerts: %w", err)
	}
	return nil
}

// States returns the states of all unresolved alerts.
func (s *Server) States(ctx context.Context) ([]State, error) {
	body, err := s.get(ctx, "/api/v2/alerts")
	if err != nil {
		return nil, fmt.Errorf("listing alerts: %w", err)
	}
	var states []State
	if err := json.Unmarshal(body, &states); err != nil {
		return nil, fmt.Errorf("listing alerts: %w", err)
	}
	return states, nil
}

// Metric returns the value of one series of the server's metrics, or 0 when it does not exist.
func (s *Server) Metric(ctx context.Context, series string) (float64, error) {
	page, err := s.get(ctx, "/metrics")
	if err != nil {
		return 0, fmt.Errorf("reading the metric %s: %w", series, err)
	}
	for line := range strings.Lines(string(page)) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, nil
}

func (s *Server) get(ctx context.Context, path string) ([]byte, error) {
	return s.do(ctx, http.MethodGet, path, http.NoBody)
}

// do returns the body of a response with status 200. Any other status is an error with the body's
// text.
func (s *Server) do(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.URL()+path, body)
	if err != nil {
		return nil, fmt.Errorf("requesting %s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // callers' tests would report an idle connection as a leak
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("requesting %s: %w", path, err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the response of Alertmanager: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("response %s: %s", response.Status, content)
	}
	return content, nil
}
