package probe

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	promconfig "github.com/prometheus/common/config"
)

// health is the state that the health endpoint reports.
type health struct {
	state           string         // healthy, degraded or unhealthy
	version         string         // empty if not reported
	environment     string         // empty if not reported
	database        *bool          // nil if not reported
	databaseLatency *time.Duration // nil if not reported
}

func healthStates() []string { return []string{"healthy", "degraded", "unhealthy"} }

// maxLabel is the length of the version and the environment as labels.
const maxLabel = 64

// document is the union of the two forms of the endpoint: the short one with `database: ok` or an
// error, and the long one with a status.
type document struct {
	Status      string
	Version     string
	Environment string
	Database    string
	Error       string
	Services    struct{ Database string }
	Latency     struct{ Database *float64 } // milliseconds
}

// parseHealth returns an error for a body that has neither form.
func parseHealth(body []byte) (health, error) {
	var d document
	if err := json.Unmarshal(body, &d); err != nil {
		return health{}, errors.New("the body is not JSON of a health endpoint")
	}
	h := health{state: d.Status, version: label(d.Version), environment: label(d.Environment)}
	h.database = databaseState(cmp.Or(d.Services.Database, d.Database))
	if ms := d.Latency.Database; ms != nil && *ms >= 0 && *ms <= maxLatency {
		latency := time.Duration(*ms * float64(time.Millisecond))
		h.databaseLatency = &latency
	}
	if d.Status == "" { // the short form
		switch {
		case d.Error != "" || h.database != nil && !*h.database:
			h.state = "unhealthy"
		case h.database != nil:
			h.state = "healthy"
		}
	}
	for _, state := range healthStates() {
		if h.state == state {
			return h, nil
		}
	}
	return health{}, errors.New("the body reports none of the states healthy, degraded and unhealthy")
}

// maxLatency is in milliseconds: an hour. Larger values are no latencies.
const maxLatency = 3.6e6

// databaseState returns nil for a value that is not known to mean up or down, so that an
// application with other words causes no alert.
func databaseState(reported string) *bool {
	var isUp bool
	switch strings.ToLower(reported) {
	case "up", "ok", "healthy", "connected":
		isUp = true
	case "down", "error", "unhealthy", "disconnected", "failed":
	default:
		return nil
	}
	return &isUp
}

// label limits a value that the endpoint reports.
func label(value string) string { return truncated(value, maxLabel) }

// truncated returns at most n bytes of a value, without a part of a character: the registry rejects
// labels that are not UTF-8.
func truncated(value string, n int) string {
	value = strings.ToValidUTF8(value, "")
	return strings.ToValidUTF8(value[:min(len(value), n)], "")
}

// readHealth requests the endpoint once. It accepts any status code, since the body has the state.
func (d *definition) readHealth(ctx context.Context) (*health, error) {
	dialer := &net.Dialer{}
	if !d.AllowPrivate {
		dialer.Control = refusePrivate
	}
	client, err := promconfig.NewClientFromConfig(d.Module.HTTP.HTTPClientConfig, "probe_health",
		promconfig.WithDialContextFunc(dialer.DialContext), promconfig.WithKeepAlivesDisabled())
	if err != nil {
		return nil, fmt.Errorf("configuring the client: %w", err)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL, nil)
	if err != nil {
		return nil, err
	}
	for name, value := range d.Module.HTTP.Headers {
		request.Header.Set(name, value)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // read completely or abandoned
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, int64(d.Module.HTTP.BodySizeLimit)))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	h, err := parseHealth(body)
	if err != nil {
		return nil, err
	}
	return &h, nil
}
