package probe

import (
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
	for _, reported := range []string{d.Services.Database, d.Database} {
		if reported != "" {
			isUp := reported == "up" || reported == "ok"
			h.database = &isUp
			break
		}
	}
	if d.Latency.Database != nil {
		latency := time.Duration(*d.Latency.Database * float64(time.Millisecond))
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

// label limits a value that the endpoint reports.
func label(value string) string {
	value = strings.ToValidUTF8(value, "")
	return value[:min(len(value), maxLabel)]
}

// readHealth requests the endpoint once. It accepts any status code, since the body has the state.
func (d *definition) readHealth(ctx context.Context) (health, error) {
	dialer := &net.Dialer{}
	if !d.AllowPrivate {
		dialer.Control = refusePrivate
	}
	client, err := promconfig.NewClientFromConfig(d.Module.HTTP.HTTPClientConfig, "probe_health",
		promconfig.WithDialContextFunc(dialer.DialContext), promconfig.WithKeepAlivesDisabled())
	if err != nil {
		return health{}, fmt.Errorf("configuring the client: %w", err)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL, nil)
	if err != nil {
		return health{}, err
	}
	for name, value := range d.Module.HTTP.Headers {
		request.Header.Set(name, value)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	response, err := client.Do(request)
	if err != nil {
		return health{}, err
	}
	defer func() { _ = response.Body.Close() }() // read completely or abandoned
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, int64(d.Module.HTTP.BodySizeLimit)))
	if err != nil {
		return health{}, fmt.Errorf("reading the body: %w", err)
	}
	return parseHealth(body)
}
