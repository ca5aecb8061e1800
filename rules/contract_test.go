package rules_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

var (
	annotations = []string{"summary", "description", "panel"}
	severities  = []string{"P0", "P1", "P2", "P3"}
	components  = []string{
		"website", "api", "payments", "uploads", "email", "database", "business", "monitoring",
		"{{ $labels.component }}", // of a target, which has one of them
	}
)

func TestAlertsHaveLabelsAndAnnotations(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, alert := range load(t).Alerts() {
		require.False(t, seen[alert.Alert], "%s is defined twice", alert.Alert)
		seen[alert.Alert] = true
		require.Contains(t, severities, alert.Labels["severity"], alert.Alert)
		require.Contains(t, components, alert.Labels["component"], alert.Alert)
		require.Len(t, alert.Labels, 2, alert.Alert)
		require.Len(t, alert.Annotations, len(annotations), alert.Alert)
		for _, name := range annotations {
			require.NotEmpty(t, alert.Annotations[name], "%s has no %s", alert.Alert, name)
		}
		require.Regexp(t, `\$value|0 are up`, alert.Annotations["description"], "%s does not show its value", alert.Alert)
		require.Regexp(t, `limit|must be`, alert.Annotations["description"], "%s does not show its limit", alert.Alert)
		require.Regexp(t, `(\. |}} )(Check|Stop|Increase|Pay|In that case check) `, alert.Annotations["description"], "%s names no first check", alert.Alert)
		panel, err := alert.Panel()
		require.NoError(t, err)
		require.Contains(t, panel.Board, "marketplace-")
	}
}

// The severity determines `for`, with these exceptions.
func TestAlertsWaitByTheirSeverity(t *testing.T) {
	t.Parallel()
	usual := map[string]string{"P0": "1m", "P1": "5m", "P2": "15m", "P3": "1h"}
	unusual := map[string]string{
		"Watchdog":                  "",    // fires always
		"WebsiteDown":               "",    // two failures in a row delay it already
		"OutsideDisagrees":          "10m", // UptimeRobot may notice an outage 5 minutes later
		"MaintenanceActive":         "",    // planned, and it inhibits other alerts
		"LatencyP99High":            "3m",  // longer than a short burst, and still in time for a P0
		"ApplicationDown":           "2m",  // an application with one instance restarts within a minute
		"NoPaidOrders":              "10m", // counts are up to a minute old, and short gaps are common
		"ReconciliationDrift":       "15m", // webhooks need minutes, and the two sides change days up to 10 minutes apart
		"ReconciliationAmountDrift": "15m", // the same
		"DiskForecastFull":          "30m", // forecasts of days are noisy
		"Deadlocks":                 "",    // its window of an hour delays it already
		"DailyActiveUsersLow":       "30m", // two runs of a KPI with an interval of 15 minutes
		"ErrorBudgetBurn1h":         "2m",  // its window of an hour delays it already
		"ErrorBudgetBurn3d":         "3h",  // in proportion to its window
		"LongRunningStatements":     "1h",  // nightly reports take less
		"CacheHitRatioLow":          "1h",  // nightly jobs that read cold tables take less
	}
	for _, alert := range load(t).Alerts() {
		want, special := unusual[alert.Alert]
		if !special {
			want = usual[alert.Labels["severity"]]
		}
		require.Equal(t, want, alert.For, alert.Alert)
	}
}

// Limits are in thresholds.yml. Alerts may only contain neutral numbers.
func TestAlertsContainNoLimits(t *testing.T) {
	t.Parallel()
	for _, alert := range load(t).Alerts() {
		for _, number := range promqlTexts(alert.Expr, promqlNumber) {
			require.Contains(t, []string{"0", "1", "100"}, number, alert.Alert)
		}
	}
}

// statusless lists the P0 and P1 alerts that do not change the status of a component.
func statusless() map[string]string {
	const errors, later, debt = "the errors count through other alerts", "users are not affected yet", "concerns past payments"
	return map[string]string{
		"SentryFatalIssue": errors, "SentryRegression": errors, "SentryUsersAffected": errors, "SentryErrorSpike": errors,
		"ErrorBudgetBurn1h": errors,
		"CoreRowsLost":      "lasts until people acknowledge it", "ChecksumFailures": "lasts until people acknowledge it",
		"LoginsRejected":     "an attack that the application withstands",
		"WraparoundImminent": later, "WraparoundNear": later, "DiskNearlyFull": later, "ReplicationSlotLost": later,
		"ArchiverFailing": later, "CertificateExpiringSoon": later,
		"PayoutFailed": debt, "DisputeRateHigh": debt, "SettlementsFailed": debt, "ReconciliationDrift": debt,
		"ReconciliationAmountDrift": debt,
	}
}

func TestAlertsHaveAStatusOrAReason(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	listed := map[string]bool{} // component and alert
	for rule := range bundle.All() {
		if rule.Record == "default:component:alert:info" {
			require.Contains(t, []string{"degraded", "partial_outage", "major_outage"}, rule.Labels["status"])
			entry := rule.Labels["component"] + " " + rule.Labels["alertname"]
			require.False(t, listed[entry], "%s is listed twice", entry)
			listed[entry] = true
		}
	}
	for _, alert := range bundle.Alerts() {
		of := []string{alert.Labels["component"]}
		if of[0] == "{{ $labels.component }}" {
			of = []string{"website", "api", "payments", "uploads", "email", "database"}
		}
		for _, component := range of {
			entry := component + " " + alert.Alert
			urgent := alert.Labels["severity"] < "P2" && component != "monitoring" && statusless()[alert.Alert] == ""
			require.True(t, listed[entry] || !urgent || entry == "website EndpointDown", "%s has no status", entry)
			require.False(t, listed[entry] && statusless()[alert.Alert] != "", "%s has a status", entry)
			delete(listed, entry)
		}
	}
	require.Empty(t, listed, "no alert has this name and component")
}

func TestRulesReadKnownMetrics(t *testing.T) {
	t.Parallel()
	known := exposed(t)
	bundle := load(t)
	for rule := range bundle.All() {
		known[rule.Record] = true
	}
	query := regexp.MustCompile(`(?:query|printf) "([^"%][^"]*)"`)
	for rule := range bundle.All() {
		reads := metrics(rule.Expr)
		for _, match := range query.FindAllStringSubmatch(rule.Annotations["description"], -1) {
			reads = append(reads, metrics(match[1])...)
		}
		for _, name := range reads {
			require.True(t, known[name] || known[strings.Replace(name, "override:", "default:", 1)], "%s%s reads %s, which nothing exposes or records", rule.Alert, rule.Record, name)
		}
	}
}

func TestStoriesProvideKnownMetrics(t *testing.T) {
	t.Parallel()
	known := exposed(t)
	for rule := range load(t).All() { // for rule files that the story does not load
		known[rule.Record] = true
	}
	limit := regexp.MustCompile(`^(default|override|threshold|core):`)
	for _, s := range allStories(t) {
		for _, input := range s.InputSeries {
			name, _, _ := strings.Cut(input["series"], "{")
			require.True(t, known[name] || limit.MatchString(name), "%q provides %s", s.Name, name)
		}
	}
}

// exposed returns the metrics of docs/metrics.md, which tests of the exporter compare with its
// output, and those of scraped applications.
func exposed(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../docs/metrics.md")
	require.NoError(t, err)
	known := map[string]bool{
		"up": true, "ALERTS": true, // recorded by Prometheus
		"override:checksum_failures_acknowledged:timestamp": true, // recorded by operators
		"override:core_rows_lost_acknowledged:timestamp":    true,
	}
	for _, match := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|").FindAllStringSubmatch(string(text), -1) {
		if match[2] == "histogram" {
			addHistogram(known, match[1])
		} else {
			known[match[1]] = true
		}
	}
	addHistogram(known, "http_request_duration_seconds")        // prom-client
	addHistogram(known, "http_server_request_duration_seconds") // OpenTelemetry
	// Of Prometheus and Alertmanager.
	for _, name := range []string{
		"prometheus_config_last_reload_successful", "prometheus_notifications_alertmanagers_discovered",
		"prometheus_notifications_dropped_total", "prometheus_notifications_errors_total",
		"prometheus_rule_evaluation_failures_total", "prometheus_rule_group_iterations_missed_total",
		"prometheus_rule_group_iterations_total",
		"alertmanager_config_last_reload_successful", "alertmanager_notifications_failed_total",
		"alertmanager_notification_requests_failed_total", "alertmanager_notification_requests_total",
	} {
		known[name] = true
	}
	return known
}

// addHistogram adds the series of a histogram: the native one, and the three of a classic one.
func addHistogram(known map[string]bool, name string) {
	for _, suffix := range []string{"", "_bucket", "_count", "_sum"} {
		known[name+suffix] = true
	}
}

func TestRulesMissingCoversEveryFile(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	marked := map[string]string{}
	var missing rules.Rule
	for rule := range bundle.All() {
		if rule.Record == "marketplace_rules_info" {
			marked[rule.Labels["file"]] = rule.Labels["version"]
		}
		if rule.Alert == "RulesMissing" {
			missing = rule
		}
	}
	for _, path := range glob(t, ".") {
		file := strings.TrimSuffix(filepath.Base(path), ".yml")
		if strings.HasPrefix(file, "overrides") {
			continue // of the user, and its example
		}
		require.Equal(t, bundle.Version, marked[file], "the version of %s", path)
		// meta.yml cannot detect its own absence; the Watchdog covers it.
		require.Equal(t, file != "meta", strings.Contains(missing.Expr, `file="`+file+`"`), path)
	}
	require.Regexp(t, `^\d+\.\d+\.\d+$`, bundle.Version)
}

func TestThresholdsAreInOneFile(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	thresholds, err := bundle.Thresholds()
	require.NoError(t, err)
	require.NotEmpty(t, thresholds)
	read := map[string]bool{}
	for _, alert := range bundle.Alerts() {
		maps.Copy(read, sources(bundle.Groups, []string{alert.Alert}, everything))
	}
	for _, threshold := range thresholds {
		require.Contains(t, read, threshold.Series, "no alert reads it")
	}
	for _, group := range bundle.Groups {
		for _, rule := range group.Rules {
			isDefault := strings.HasPrefix(rule.Record, "default:")
			require.Equal(t, isDefault, group.File == "thresholds" && rule.Record != "marketplace_rules_info", "%s in %s.yml", rule.Record, group.File)
			require.False(t, strings.HasPrefix(rule.Record, "threshold:") && group.File != "limits", "%s in %s.yml", rule.Record, group.File)
		}
	}
}
