// Package alertmanager reads the silences of Alertmanager.
package alertmanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/prom"
)

const timeout = 10 * time.Second

// Client reads the API of one Alertmanager. Its errors contain neither its URL nor its credentials.
type Client struct {
	base   *url.URL
	client *http.Client
}

// New returns a client of the Alertmanager at base. It does not connect.
func New(base *url.URL, httpConfigFile string) (*Client, error) {
	client, err := prom.HTTPClient("alertmanager", httpConfigFile)
	if err != nil {
		return nil, err
	}
	client.Timeout = timeout
	return &Client{base: base, client: client}, nil
}

// Close closes idle connections. The client stays usable.
func (c *Client) Close() { c.client.CloseIdleConnections() }

// Silence is a silence, which Alertmanager keeps for some days after its end.
type Silence struct {
	StartsAt  time.Time `json:"startsAt"`
	EndsAt    time.Time `json:"endsAt"`
	CreatedBy string    `json:"createdBy"`
	Comment   string    `json:"comment"`
	Matchers  []Matcher `json:"matchers"`
}

// Matcher is a condition on a label.
type Matcher struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	IsRegex bool   `json:"isRegex"`
	IsEqual *bool  `json:"isEqual"` // missing means true
}

// Silences returns all silences, also ended ones.
func (c *Client) Silences(ctx context.Context) ([]Silence, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath("/api/v2/silences").String(), nil)
	if err != nil {
		return nil, errors.New("reading the silences: the URL of --alertmanager.url is invalid")
	}
	response, err := c.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return nil, fmt.Errorf("reading the silences: %w; hint: check --alertmanager.url", err)
	}
	defer func() { _ = response.Body.Close() }() // read completely or not needed
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("reading the silences: Alertmanager responded with status %d; hint: check "+
			"--alertmanager.url and --alertmanager.http-config-file", response.StatusCode)
	}
	var silences []Silence
	if err := json.NewDecoder(response.Body).Decode(&silences); err != nil {
		return nil, errors.New("reading the silences: the response is not that of Alertmanager; hint: check --alertmanager.url")
	}
	return silences, nil
}

// Matches reports whether the silence applies to an alert with these labels.
func (s Silence) Matches(labels model.Metric) bool {
	for _, m := range s.Matchers {
		value := string(labels[model.LabelName(m.Name)])
		matches := value == m.Value
		if m.IsRegex {
			pattern, err := regexp.Compile("^(?:" + m.Value + ")$")
			matches = err == nil && pattern.MatchString(value)
		}
		if matches != (m.IsEqual == nil || *m.IsEqual) {
			return false
		}
	}
	return true
}
