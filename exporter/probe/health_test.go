package probe_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/internal/sourcetest"
	"github.com/stretchr/testify/require"
)

// The production form, in the words of the application.
const degraded = `{"status":"degraded","timestamp":"2026-11-26T07:00:00.000Z","version":"1.4.2","environment":"production","uptime":86400,
"services":{"database":"up","api":"up"},"latency":{"database":1250}}`

func TestHealthIsReadFromTheBody(t *testing.T) {
	for name, test := range map[string]struct {
		code int
		body string
		want []string
	}{
		"degraded with 200": {200, degraded, []string{
			`marketplace_health_status{state="degraded",target="site"} 1`, `marketplace_health_status{state="healthy",target="site"} 0`,
			`marketplace_health_database_up{target="site"} 1`, `marketplace_health_database_latency_seconds{target="site"} 1.25`,
			`marketplace_app_info{target="site",version="1.4.2"} 1`, `probe_success{target="site"} 1`,
		}},
		"unhealthy": {503, strings.NewReplacer("degraded", "unhealthy", `"database":"up"`, `"database":"down"`).Replace(degraded), []string{
			`marketplace_health_status{state="unhealthy",target="site"} 1`, `marketplace_health_database_up{target="site"} 0`,
			`probe_success{target="site"} 0`, `marketplace_health_valid{target="site"} 1`,
		}},
		"short form": {200, `{"database":"ok","timestamp":1764140400000,"version":"1.0.0"}`, []string{
			`marketplace_health_status{state="healthy",target="site"} 1`, `marketplace_health_database_up{target="site"} 1`,
			`marketplace_app_info{target="site",version="1.0.0"} 1`,
		}},
		"unhealthy with 200": {200, `{"status":"unhealthy"}`, []string{
			`marketplace_health_status{state="unhealthy",target="site"} 1`, `probe_success{target="site"} 0`,
		}},
		"short form of an error": {503, `{"error":"Service unhealthy"}`, []string{
			`marketplace_health_status{state="unhealthy",target="site"} 1`, `probe_success{target="site"} 0`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			start(t, site(serve(t, test.code, test.body), "  health: true")).requireSeries(t, test.want...)
		})
	}
}

func TestBodyThatIsNoHealthIsAFailedProbe(t *testing.T) {
	for name, body := range map[string]string{
		"HTML": "<html>planted</html>", "empty": "", "another JSON": `{"planted": true}`, "a list": `[1]`, "null": `null`, "a number": "7",
		"another state": `{"status":"planted"}`, "wrong type": `{"status":1}`, "nested": strings.Repeat("[", 100000),
		"too large": `{"status":"healthy","x":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, site(serve(t, 200, body), "  health: true"))
			r.requireSeries(t, `probe_success{target="site"} 0`, `marketplace_health_valid{target="site"} 0`)
			require.False(t, sourcetest.Has(r.scrape(t), "marketplace_health_status"))
			require.NotContains(t, r.log.String(), "planted")
		})
	}
}

func TestHealthThatDripsTimesOut(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	}))
	t.Cleanup(server.Close)
	r := start(t, site(server.URL, "  health: true", "  module: {prober: http, timeout: 500ms}"))
	r.requireSeries(t, `probe_success{target="site"} 0`)
}

func TestHealthNeverFollowsARedirect(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler(serve(t, 200, degraded), http.StatusFound))
	t.Cleanup(server.Close)
	r := start(t, site(server.URL, "  health: true"))
	r.requireSeries(t, `probe_success{target="site"} 0`, `marketplace_health_valid{target="site"} 0`)
}

func TestLabelsFromTheBodyAreLimited(t *testing.T) {
	body := `{"status":"healthy","version":"` + strings.Repeat("v", 1000) + `"}`
	r := start(t, site(serve(t, 200, body), "  health: true"))
	r.requireSeries(t, `marketplace_app_info{target="site",version="`+strings.Repeat("v", 64)+`"} 1`)
}

// A registry rejects labels that are not UTF-8, which would cost all targets their metrics.
func TestLabelsAreTruncatedBetweenCharacters(t *testing.T) {
	body := `{"status":"healthy","version":"` + strings.Repeat("v", 63) + `가"}`
	r := start(t, site(serve(t, 200, body), "  health: true"))
	r.requireSeries(t, `marketplace_app_info{target="site",version="`+strings.Repeat("v", 63)+`"} 1`)
}

// An application may use other words, and nonsense is no latency.
func TestUnknownStateOfTheDatabaseIsAbsent(t *testing.T) {
	body := `{"status":"healthy","services":{"database":"sleeping"},"latency":{"database":1e300}}`
	r := start(t, site(serve(t, 200, body), "  health: true"))
	r.requireSeries(t, `marketplace_health_valid{target="site"} 1`)
	require.False(t, sourcetest.Has(r.scrape(t), "marketplace_health_database"))
}

// A response within the timeout is no failure, although two requests in a row would exceed it.
func TestPageThatTakesMostOfTheTimeoutSucceeds(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1200 * time.Millisecond)
		_, _ = w.Write([]byte(degraded))
	}))
	t.Cleanup(server.Close)
	r := start(t, site(server.URL, "  health: true", "  module: {prober: http, timeout: 2s}"))
	r.requireSeries(t, `probe_success{target="site"} 1`)
}
