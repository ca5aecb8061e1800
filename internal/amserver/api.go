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

// Alert is one that Prometheus would send.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
	StartsAt    time.Time         `json:"startsAt,omitzero"`
	// EndsAt in the past resolves the alert.
	EndsAt time.Time `json:"endsAt,omitzero"`
}

// State is what became of an alert.
type State struct {
	Labels map[string]string `json:"labels"`
	Status struct {
		State       string   `json:"state"`
		InhibitedBy []string `json:"inhibitedBy"`
	} `json:"status"`
}

// Send hands alerts over, all at once.
func (s *Server) Send(ctx context.Context, alerts ...Alert) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return fmt.Errorf("sending alerts: %w", err)
	}
	if _, err := s.ask(ctx, http.MethodPost, "/api/v2/alerts", bytes.NewReader(body)); err != nil {
		return fmt.Errorf("sending alerts: %w", err)
	}
	return nil
}

// States are those of all alerts that have not been resolved.
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

// Metric is the value of one series of the server's own metrics, 0 where it is not exposed.
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
	return s.ask(ctx, http.MethodGet, path, http.NoBody)
}

// ask is the body of a 200 answer; any other is an error with the body's text.
func (s *Server) ask(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.URL()+path, body)
	if err != nil {
		return nil, fmt.Errorf("asking Alertmanager: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // an idle connection would look like a leak to the tests of our callers
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking Alertmanager: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading Alertmanager's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answer %s: %s", response.Status, answer)
	}
	return answer, nil
}
