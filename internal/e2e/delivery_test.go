package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/app"
	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/apptest"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// deliveryConfig scrapes everything that rules/delivery.yml reads. One of the two Alertmanagers does
// not exist, and classic buckets are dropped in favor of native histograms.
const deliveryConfig = `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%[1]q, %[2]q]
alerting: {alertmanagers: [{static_configs: [{targets: [%[3]q, "127.0.0.1:1"]}]}]}
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: [%[4]q]}]
  - job_name: alertmanager
    static_configs: [{targets: [%[3]q]}]
  - job_name: marketplace_exporter
    honor_labels: true
    scrape_native_histograms: true
    static_configs: [{targets: [%[5]q]}]
`

// brokenRules contains a group that matches many series to many, and a group that takes longer than
// its interval.
const brokenRules = `
groups:
  - name: ambiguous
    rules:
      - {record: ambiguous, expr: threshold:http_endpoint:seconds * on () group_left () threshold:http_burn:factor}
  - name: slow
    interval: 50ms
    rules:
      - {record: slow, expr: 'sum_over_time((vector(1))[10d:1s])'}
`

// deliveryFactor divides the durations of rules and routes, which here only delay the test.
const deliveryFactor = 60

// TestDeliveryIsWatched breaks each part between a rule and a notification. Slack responds with
// errors, so the alerts must arrive by email.
func TestDeliveryIsWatched(t *testing.T) {
	t.Parallel()
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "internal error", http.StatusInternalServerError)
	}))
	t.Cleanup(slack.Close)
	got, err := receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, got.Close()) })
	to := got.Access()
	to.Slack = slack.URL
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	alertmanager, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: to, Faster: deliveryFactor})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, alertmanager.Close()) })
	exporter, secret := startReceiver(t)
	prometheus := startDeliveryPrometheus(t, alertmanager, exporter.Addr().String())

	require.NoError(t, prometheus.Write("prometheus.yml", "no: configuration"))
	require.Equal(t, http.StatusInternalServerError, post(t, prometheus.URL()+"/-/reload"))
	require.NoError(t, alertmanager.Write("alertmanager.yml", "no: configuration"))
	require.Equal(t, http.StatusInternalServerError, post(t, alertmanager.URL()+"/-/reload"))
	require.NoError(t, os.WriteFile(secret, []byte("short"), 0o600))
	require.Error(t, exporter.Reload())

	for _, alert := range []string{
		`RuleEvaluationFailing", rule_group=~".+broken.yml;ambiguous`, `RuleGroupsMissed", rule_group=~".+broken.yml;slow`,
		`NotificationsFailing", integration="slack`, `NotificationsDropped", alertmanager=~"http://127.0.0.1:1/.+`,
		`ConfigurationReloadFailed", job="prometheus`, `ConfigurationReloadFailed", job="alertmanager`,
		`ConfigurationReloadFailed", job="marketplace_exporter`, `LatencyHistogramMissing", origin="drains`,
	} {
		prometheus.Await(t, `ALERTS{alertstate="firing", alertname="`+alert+`"}`)
	}
	require.Empty(t, prometheus.Query(t, `ALERTS{alertname="NotificationsFailing", integration!="slack"}`))
	for _, alert := range []string{"RuleEvaluationFailing", "NotificationsFailing", "NotificationsDropped"} {
		require.Eventually(t, func() bool { return hasMail(got, alert) }, 30*time.Second, interval, alert)
	}
}

func hasMail(got *receivers.Receivers, alert string) bool {
	for _, mail := range got.Mails.All() {
		if strings.Contains(mail.String(), alert) {
			return true
		}
	}
	return false
}

// startReceiver runs an exporter that only receives drains, and a website that sends them. It also
// returns the file of the secret.
func startReceiver(t *testing.T) (exporter *app.App, secret string) {
	t.Helper()
	secret = filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(drainSecret), 0o600))
	exporter = apptest.Start(t, "--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file="+secret,
		"--vercel.latency-from=logs", "--collect.shutdown-wait=0s")
	startWebsite(t, exporter.InboundAddr(), requestRate)
	return exporter, secret
}

// startDeliveryPrometheus runs a Prometheus that scrapes itself, Alertmanager and an exporter.
func startDeliveryPrometheus(t *testing.T, alertmanager *child.Server, exporter string) *promtest.Server {
	t.Helper()
	rules := promtest.ScaleRules(t, "../../rules/*.yml", deliveryFactor)
	broken := filepath.Join(t.TempDir(), "broken.yml")
	require.NoError(t, os.WriteFile(broken, []byte(brokenRules), 0o600))
	return promtest.StartScrapingItself(t, func(address string) string {
		return fmt.Sprintf(deliveryConfig, rules, broken, alertmanager.Address(), address, exporter)
	}, "--web.enable-lifecycle")
}

// post returns the status of an empty request.
func post(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
	require.NoError(t, err)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}
