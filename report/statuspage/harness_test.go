package statuspage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/aimarketplace/monitoring/report/prom"
)

// now is the time of the fixtures.
func now() time.Time { return at("2026-11-20T12:00:00Z") }

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// fixture is the content of a Prometheus.
type fixture struct {
	promtest.History
	labels string // of all series, after a comma
}

// add adds samples of a series from a time until a time, both included.
func (f *fixture) add(series string, from, to time.Time, step time.Duration, value func(time.Time) float64) {
	f.Add(strings.TrimSuffix(series, "}")+f.labels+"}", from, to.Add(time.Second), step, value)
}

func constant(value float64) func(time.Time) float64 { return func(time.Time) float64 { return value } }

// current adds a series with one value in the last ten minutes.
func (f *fixture) current(series string, value float64) {
	f.add(series, now().Add(-10*time.Minute), now(), 15*time.Second, constant(value))
}

// alert adds an alert that fires from a time to another.
func (f *fixture) alert(labels, from, to string) {
	f.add(`ALERTS{alertstate="firing",`+labels+`}`, at(from), at(to), 15*time.Second, constant(1))
}

func (f *fixture) start(t *testing.T) *promtest.Server {
	t.Helper()
	return promtest.StartWithHistory(t, &f.History, "--query.lookback-delta=30s")
}

// shop is the fixture of a service with incidents in the past.
func shop() *fixture {
	return shopWith(map[string]float64{"website": 0, "api": 0, "payments": 0, "uploads": 0, "email": 0, "database": 0}, "")
}

// shopWith has other values of marketplace:component_status, and further labels.
func shopWith(statuses map[string]float64, extra string) *fixture {
	f := &fixture{labels: extra}
	for name, status := range statuses {
		f.current(fmt.Sprintf(`marketplace:component_status{component=%q,environment="production"}`, name), status)
	}
	for n, name := range componentNames() {
		labels := fmt.Sprintf(`{component=%q,environment="production"}`, name)
		f.current(fmt.Sprintf(`marketplace:component_status{component=%q,environment="preview"}`, name), 3)
		f.current("marketplace:component_uptime:ratio1d"+labels, 1)
		f.current("marketplace:component_uptime:ratio30d"+labels, 0.9990001-float64(n)/10000)
		f.current("marketplace:component_uptime:ratio90d"+labels, 0.9999999-float64(n)/1000)
		f.add("marketplace:component_up:ratio1h"+labels, now().Add(-100*day), now(), 20*time.Minute, func(t time.Time) float64 {
			switch {
			case name == "database" && !t.After(at("2026-10-01T00:00:00Z")):
				return math.NaN() // not measured yet
			case name == "payments" && t.After(at("2026-11-17T10:00:00Z")) && !t.After(at("2026-11-17T11:00:00Z")):
				return 0.5
			case name == "api" && t.After(at("2026-10-20T04:00:00Z")) && !t.After(at("2026-10-20T07:00:00Z")):
				return 0
			}
			return 1
		})
	}
	for _, entry := range []string{
		"payments PaymentSuccessCritical major_outage", "payments NoPaidOrders partial_outage", "api ApplicationDown major_outage",
		"api ErrorRateHigh degraded", "website WebsiteDown major_outage",
	} {
		fields := strings.Fields(entry)
		f.add(fmt.Sprintf(`component:alert:info{component=%q,alertname=%q,status=%q}`, fields[0], fields[1], fields[2]),
			now().Add(-3*time.Hour), now().Add(time.Hour), 15*time.Second, constant(1))
	}
	const payments = `component="payments",environment="production",`
	f.alert(payments+`severity="P1",alertname="NoPaidOrders"`, "2026-11-17T10:10:15Z", "2026-11-17T10:20:00Z")
	f.alert(payments+`severity="P0",alertname="PaymentSuccessCritical"`, "2026-11-17T10:28:00Z", "2026-11-17T10:41:00Z")
	f.alert(payments+`severity="P1",alertname="DisputeRateHigh"`, "2026-11-10T10:00:00Z", "2026-11-10T11:00:00Z") // not in the table
	f.alert(`component="api",environment="production",severity="P0",alertname="ApplicationDown"`, "2026-10-20T03:30:00Z", "2026-10-20T06:59:30Z")
	f.alert(`component="api",environment="preview",severity="P0",alertname="ApplicationDown"`, "2026-11-19T03:30:00Z", "2026-11-19T06:59:30Z")
	f.alert(`component="website",environment="production",severity="P2",alertname="WebsiteDown"`, "2026-11-19T03:30:00Z", "2026-11-19T06:59:30Z")
	return f
}

// maintenance adds a maintenance window.
func (f *fixture) maintenance(name, component, start, end string) {
	labels := fmt.Sprintf(`{window=%q,component=%q,environment="production"}`, name, component)
	f.current("marketplace_maintenance_start_timestamp_seconds"+labels, float64(at(start).Unix()))
	f.current("marketplace_maintenance_end_timestamp_seconds"+labels, float64(at(end).Unix()))
}

// counter counts queries.
type counter struct {
	Querier
	queries atomic.Int64
}

func (c *counter) Instant(ctx context.Context, expr string, at time.Time) (model.Vector, error) {
	c.queries.Add(1)
	return c.Querier.Instant(ctx, expr, at)
}

func (c *counter) Range(ctx context.Context, expr string, r v1.Range) (model.Matrix, error) {
	c.queries.Add(1)
	return c.Querier.Range(ctx, expr, r)
}

// page is a status page under test.
type page struct {
	*monitor
	url     string
	counter *counter
	log     *testlog.Buffer
}

// newPage serves a status page of a Prometheus. Tests refresh it.
func newPage(t *testing.T, address, notes string) *page {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	client, err := prom.New(u, prom.Options{Timeout: 20 * time.Second, MaxConcurrency: 4, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	p := &page{counter: &counter{Querier: client}, log: &testlog.Buffer{}}
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	c := &Command{name: "AI Marketplace", externalURL: "https://status.example.com", notes: notes}
	p.monitor, err = c.monitor(p.counter, "production", seoul, slog.New(slog.NewTextHandler(p.log, nil)))
	require.NoError(t, err)
	server := httptest.NewServer(p.handler())
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// result is a response with its body.
type result struct {
	status int
	header http.Header
	body   string
}

// get returns the body of a response with status 200.
func (p *page) get(t *testing.T, path string) string {
	t.Helper()
	r := p.do(t, path)
	require.Equal(t, http.StatusOK, r.status, path)
	return r.body
}

// do requests a path with headers, given as pairs.
func (p *page) do(t *testing.T, path string, headers ...string) result {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	require.NoError(t, err)
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return result{response.StatusCode, response.Header, string(body)}
}

// write writes a note and returns its directory.
func write(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/"+name, []byte(text), 0o600))
	return dir
}

// failing fails with an error that contains a secret.
type failing struct{}

func (failing) Instant(context.Context, string, time.Time) (model.Vector, error) {
	return nil, errors.New("canary of an error")
}

func (failing) Range(context.Context, string, v1.Range) (model.Matrix, error) {
	return nil, errors.New("canary of an error")
}
