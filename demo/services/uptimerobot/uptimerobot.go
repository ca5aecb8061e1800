// Package uptimerobot simulates an account of UptimeRobot: API v3 with monitors that request pages.
package uptimerobot

import (
	"crypto/tls"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// Options specifies the account.
type Options struct {
	Key      string
	Client   *http.Client      // requests the monitored pages
	Monitors map[string]string // URLs by name
}

// Account is an http.Handler for the paths below /v3/. It is safe for concurrent use.
type Account struct {
	opts Options

	mu       sync.Mutex
	lying    bool
	monitors map[string]*monitor
}

// monitor is the history of a page.
type monitor struct {
	id          int
	created     time.Time
	checks, ups int
	up          bool
	changed     time.Time
	incidents   int
	expiry      time.Time // of the certificate
}

// New returns an account.
func New(opts Options) *Account {
	a := &Account{opts: opts, monitors: map[string]*monitor{}}
	for _, name := range slices.Sorted(maps.Keys(opts.Monitors)) {
		a.monitors[name] = &monitor{id: 800000001 + len(a.monitors), created: time.Now(), up: true, changed: time.Now()}
	}
	return a
}

// SetLying makes the monitors report the opposite of what they observe, or ends that.
func (a *Account) SetLying(lying bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lying = lying
}

// ServeHTTP implements http.Handler. It requests the pages when the monitors are listed.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+a.opts.Key:
		httpjson.Reply(w, http.StatusUnauthorized, map[string]any{"message": "Unauthorized"})
	case r.Method != http.MethodGet || r.URL.Path != "/v3/monitors":
		httpjson.Reply(w, http.StatusNotFound, map[string]any{"message": "Not found"})
	default:
		a.mu.Lock()
		defer a.mu.Unlock()
		data := []any{}
		for _, name := range slices.Sorted(maps.Keys(a.opts.Monitors)) {
			page, m := a.opts.Monitors[name], a.monitors[name]
			m.check(r, a.opts.Client, page, a.lying)
			data = append(data, m.document(name, page))
		}
		httpjson.Reply(w, http.StatusOK, map[string]any{"data": data, "nextLink": nil})
	}
}

// check requests a page once.
func (m *monitor) check(r *http.Request, client *http.Client, page string, lying bool) {
	up := false
	if request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, page, nil); err == nil {
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close() // only the status counts
			up, m.expiry = response.StatusCode == http.StatusOK, expiry(response.TLS)
		}
	}
	up = up != lying
	if up != m.up {
		m.up, m.changed = up, time.Now()
		if !up {
			m.incidents++
		}
	}
	if m.checks++; up {
		m.ups++
	}
}

func expiry(state *tls.ConnectionState) time.Time {
	if state == nil || len(state.PeerCertificates) == 0 {
		return time.Time{}
	}
	return state.PeerCertificates[0].NotAfter
}

// document returns a monitor in the schema of API v3.
func (m *monitor) document(name, page string) map[string]any {
	const interval, timeout, bucket = 60, 30, 86400 // seconds
	status := "UP"
	var incident any
	if !m.up {
		status = "DOWN"
		incident = map[string]any{
			"id": m.incidents, "status": "Ongoing", "cause": http.StatusServiceUnavailable, "reason": "503 Service Unavailable",
			"startedAt": m.changed.UTC().Format(time.RFC3339), "duration": int(time.Since(m.changed).Seconds()),
		}
	}
	return map[string]any{
		"id": m.id, "friendlyName": name, "url": page, "type": "HTTP", "status": status, "interval": interval, "timeout": timeout,
		"currentStateDuration": int(time.Since(m.changed).Seconds()), "lastIncident": incident,
		"lastDayUptimes": map[string]any{"bucketSize": bucket, "totalChanges": m.incidents, "histogram": []any{map[string]any{
			"timestamp": m.created.Unix(), "uptime": 100 * float64(m.ups) / float64(m.checks), "changes": m.incidents,
		}}},
		"sslBrand": "Demo", "sslExpiryDateTime": m.expiry.UTC().Format(time.RFC3339), "domainExpireDate": nil,
		"successHttpResponseCodes": []string{"2xx"}, "createDateTime": m.created.UTC().Format(time.RFC3339), "tags": []any{}, "groupId": 0,
	}
}
