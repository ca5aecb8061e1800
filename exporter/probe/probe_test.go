package probe_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/probe"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

func TestProbeOfAWebsite(t *testing.T) {
	r := start(t, site(serve(t, 200, "hello")))
	r.requireSeries(t, `probe_success{target="site"} 1`, `probe_http_status_code{target="site"} 200`,
		`probe_timeout_seconds{target="site"} 30`, `marketplace_probe_consecutive_failures{target="site"} 0`,
		`probe_http_ssl{target="site"} 0`, `probe_failed_due_to_regex{target="site"} 0`)
	require.True(t, sourcetest.Has(r.scrape(t), `probe_http_duration_seconds{phase="processing"`))
	require.False(t, sourcetest.Has(r.scrape(t), `marketplace_health`), "not a health endpoint")
}

func TestFailuresAreCountedAndLoggedOnce(t *testing.T) {
	var code atomic.Int64
	code.Store(503)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(code.Load())) }))
	t.Cleanup(server.Close)
	r := start(t, site(server.URL+"/?token=planted"))
	r.requireSeries(t, `probe_success{target="site"} 0`, `marketplace_probe_consecutive_failures{target="site"} 2`)
	code.Store(200)
	r.requireSeries(t, `probe_success{target="site"} 1`, `marketplace_probe_consecutive_failures{target="site"} 0`)
	require.Regexp(t, `(?s)^[^\n]*a probe failed[^\n]*Invalid HTTP response status code[^\n]*\n[^\n]*succeeded again[^\n]*\n$`, r.log.String())
	require.NotContains(t, r.log.String(), "planted")
}

func TestModuleOptionsOfBlackboxExporter(t *testing.T) {
	url := serve(t, 404, `{"ready": false}`)
	for name, test := range map[string]struct {
		module  string
		success int
	}{
		"expected status":        {"  module: {prober: http, http: {valid_status_codes: [404]}}", 1},
		"regular expression":     {"  module: {prober: http, http: {valid_status_codes: [404], fail_if_body_not_matches_regexp: [welcome]}}", 0},
		"CEL":                    {"  module: {prober: http, http: {valid_status_codes: [404], fail_if_body_json_not_matches_cel: 'body.ready'}}", 0},
		"required TLS":           {"  module: {prober: http, http: {valid_status_codes: [404], fail_if_not_ssl: true}}", 0},
		"method, headers, 1 s":   {"  module: {prober: http, timeout: 1s, http: {method: HEAD, headers: {X-Test: a}, valid_status_codes: [404]}}", 1},
		"size limit of the body": {"  module: {prober: http, http: {valid_status_codes: [404], body_size_limit: 5B}}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			start(t, site(url, test.module)).requireSeries(t, `probe_success{target="site"} `+strconv.Itoa(test.success))
		})
	}
}

func TestProbeOfAPort(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	r := start(t, site(listener.Addr().String(), "  module: {prober: tcp, timeout: 2s}"))
	r.requireSeries(t, `probe_success{target="site"} 1`, `probe_ip_protocol{target="site"} 4`)
}

func TestCertificateExpiry(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	r := start(t, site(server.URL, "  module: {prober: http, http: {valid_status_codes: [404], tls_config: {insecure_skip_verify: true}}}"))
	r.requireSeries(t, `probe_ssl_earliest_cert_expiry{target="site"} 3.6e+09`, `probe_http_ssl{target="site"} 1`)
}

// A target that hangs delays no other, and no scrape.
func TestSlowTargetDelaysNoOther(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(func() { close(hang); server.Close() })
	config := site(server.URL) + "- {name: other, component: api, interval: 1s, allow_private_addresses: true, url: '" + serve(t, 200, "") + "'}\n"
	r := start(t, config)
	started := time.Now()
	r.requireSeries(t, `probe_success{component="api",environment="",target="other"} 1`)
	require.Less(t, time.Since(started), 5*time.Second)
	require.False(t, sourcetest.Has(r.scrape(t), `probe_success{target="site"}`), "absent until its first probe ends")
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "198.18.0.1", "240.0.0.1", "[64:ff9b::7f00:1]", "[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		config := "targets: [{name: site, component: website, health: true, url: 'http://" + host + ":" + port + "/'}]"
		r, err := open(t, config)
		require.NoError(t, err)
		findings := r.Source.(source.Checker).Check(t.Context())
		require.Equal(t, check.Broken, findings[0].Status, host)
		require.Contains(t, findings[0].Detail, "the address is private", host)
	}
	require.Zero(t, requests.Load())
}

func TestReloadReplacesTheTargets(t *testing.T) {
	r := start(t, site(serve(t, 200, "")))
	r.requireSeries(t, `probe_success{target="site"} 1`)
	require.NoError(t, os.WriteFile(r.file, []byte("targets: []"), 0o600))
	require.ErrorContains(t, r.Source.(source.Reloader).Reload(), "--probe.config-file")
	r.requireSeries(t, `probe_success{target="site"} 1`)
	replaced := "targets: [{name: next, component: api, allow_private_addresses: true, url: '" + serve(t, 200, "") + "'}]"
	require.NoError(t, os.WriteFile(r.file, []byte(replaced), 0o600))
	require.NoError(t, r.Source.(source.Reloader).Reload())
	r.requireSeries(t, `probe_success{component="api",environment="",target="next"} 1`)
	require.False(t, sourcetest.Has(r.scrape(t), `probe_success{target="site"}`))
}

func TestFailingTargetIsProbedSooner(t *testing.T) {
	for _, test := range []struct {
		interval, took time.Duration
		success        bool
		want           time.Duration
	}{
		{5 * time.Minute, time.Second, true, 299 * time.Second},
		{5 * time.Minute, time.Second, false, 29 * time.Second},
		{10 * time.Second, time.Second, false, 9 * time.Second},
		{30 * time.Second, 30 * time.Second, false, 0},
		{10 * time.Second, 30 * time.Second, false, 0},
	} {
		require.Equal(t, test.want, probe.Delay(test.interval, test.took, test.success))
	}
}

// With 30 seconds each for the interval and two timeouts, a minute and a half.
func TestCheckReportsLateDetection(t *testing.T) {
	url := serve(t, 200, "")
	for lines, status := range map[string]check.Status{
		"interval: 30s":                check.OK,
		"interval: 31s":                check.Note,
		"interval: 5m":                 check.Note,
		"interval: 5m, component: api": check.OK,
		"interval: 70s, module: {timeout: 1s, prober: http}": check.Note,
		"interval: 50s, module: {timeout: 5s, prober: http}": check.OK,
	} {
		if !strings.Contains(lines, "component") {
			lines += ", component: website"
		}
		r, err := open(t, "targets: [{name: site, allow_private_addresses: true, url: '"+url+"', "+lines+"}]")
		require.NoError(t, err)
		require.Equal(t, status, r.Source.(source.Checker).Check(t.Context())[0].Status, lines)
	}
}

// The alert on a website reads the failures in a row.
func TestReloadKeepsFailuresOfUnchangedTargets(t *testing.T) {
	r := start(t, site(serve(t, 503, "")))
	r.requireSeries(t, `marketplace_probe_consecutive_failures{target="site"} 2`)
	require.NoError(t, r.Source.(source.Reloader).Reload())
	require.True(t, sourcetest.Has(r.scrape(t), `probe_success{target="site"} 0`))
	require.False(t, sourcetest.Has(r.scrape(t), `marketplace_probe_consecutive_failures{target="site"} 0`))
	r.requireSeries(t, `marketplace_probe_consecutive_failures{target="site"} 4`)
}

func TestSourceIsOffWithoutAFile(t *testing.T) {
	s, err := (&probe.Config{}).Open(source.Deps{})
	require.NoError(t, err)
	require.False(t, s.(source.Optional).Enabled())
	require.NoError(t, s.(source.Reloader).Reload())
	require.Equal(t, check.Note, s.(source.Checker).Check(t.Context())[0].Status)
}
