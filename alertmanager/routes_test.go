package alertmanager_test

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestAmtoolAcceptsTheConfigurations(t *testing.T) {
	for file, templates := range map[string]string{
		alertmanager.ConfigFile: "2 templates", alertmanager.SlackOnlyFile: "1 templates", // patterns of files
	} {
		require.Contains(t, amtool(t, "check-config", "--enable-feature=utf8-strict-mode", file), templates+"\n  SUCCESS")
	}
}

// receiversOf returns the receivers of a severity in an environment that pages.
func receiversOf(severity string) string {
	switch severity {
	case "P0":
		return "P0-page,P0-secondary,P0-manager,P0"
	case "P1":
		return "P1-page-day,P1-page-night,P1"
	case "P2", "P3":
		return severity
	}
	return "unrouted"
}

func TestSeveritiesAreRouted(t *testing.T) {
	for _, severity := range []string{"P0", "P1", "P2", "P3"} {
		for _, component := range []string{"website", "api", "payments", "uploads", "email", "database", "business", "monitoring", ""} {
			requireRoute(t, receiversOf(severity), labels("alertname", "Any", "severity", severity, "component", component))
		}
		requireRoute(t, receiversOf(severity), labels("alertname", "Any", "severity", severity, "environment", "production"))
	}
}

func TestOtherEnvironmentsAreRoutedToSlackOnly(t *testing.T) {
	for _, environment := range []string{"preview", "staging", "other", "production2", "Production"} {
		for _, severity := range []string{"P0", "P1", "P2", "P3", "invalid"} {
			set := labels("alertname", "CoreRowsLost", "severity", severity, "environment", environment)
			requireRoute(t, "other-environments", set)
			requireRouteOf(t, alertmanager.SlackOnlyFile, "other-environments", set)
		}
	}
	for _, file := range []string{alertmanager.ConfigFile, alertmanager.SlackOnlyFile} {
		list := regexp.MustCompile(`environment!?[=~]`).FindAllString(shippedText(t, file), -1)
		require.Len(t, list, 1, "%s lists the environments that page once", file)
	}
}

func TestSlackOnlyRoutesEverythingToSlack(t *testing.T) {
	for _, severity := range []string{"P0", "P1", "P2", "P3", "", "P4"} {
		for _, name := range []string{"Watchdog", "Any"} {
			requireRouteOf(t, alertmanager.SlackOnlyFile, "slack", labels("alertname", name, "severity", severity, "environment", "production"))
		}
	}
	for _, r := range loadRules(t) {
		set := labels("alertname", r.Alert)
		maps.Copy(set, r.Labels)
		requireRouteOf(t, alertmanager.SlackOnlyFile, "slack", set)
	}
}

func TestEveryAlertOfTheRulesIsRouted(t *testing.T) {
	for _, r := range loadRules(t) {
		want := receiversOf(r.Labels["severity"])
		switch r.Alert {
		case "Watchdog":
			want = "dead-mans-switch"
		case maintenanceAlert:
			want = "maintenance"
		}
		require.NotEqual(t, "unrouted", want, r.Alert)
		set := labels("alertname", r.Alert)
		maps.Copy(set, r.Labels)
		requireRoute(t, want, set)
	}
}

func TestInvalidSeveritiesAreRoutedToUnrouted(t *testing.T) {
	for _, severity := range []string{"", "P4", "p0", "P0 ", "P00", "critical", "none"} {
		requireRoute(t, "unrouted", labels("alertname", "Any", "severity", severity, "component", "database"))
	}
	requireRoute(t, "unrouted", labels("alertname", "Any"))
}

func TestWatchdogIsRoutedToTheDeadMansSwitch(t *testing.T) {
	for _, severity := range []string{"P0", "P3", "none"} {
		requireRoute(t, "dead-mans-switch", labels("alertname", "Watchdog", "severity", severity, "component", "monitoring"))
	}
	requireRoute(t, "dead-mans-switch", labels("alertname", "Watchdog", "severity", "P3", "environment", "production"))
	requireRoute(t, "other-environments", labels("alertname", "Watchdog", "severity", "P3", "environment", "staging"))
}

// requireRoute requires that amtool reports exactly these receivers for a label set.
func requireRoute(t *testing.T, receivers string, set map[string]string) {
	t.Helper()
	requireRouteOf(t, alertmanager.ConfigFile, receivers, set)
}

func requireRouteOf(t *testing.T, file, receivers string, set map[string]string) {
	t.Helper()
	args := []string{"config", "routes", "test", "--config.file=" + file}
	for name, value := range set {
		args = append(args, name+"="+strconv.Quote(value))
	}
	require.Equal(t, receivers, strings.TrimSpace(amtool(t, args...)), "%v", set)
}

// labels returns a label set from alternating names and values.
func labels(pairs ...string) map[string]string {
	set := map[string]string{}
	for pair := range slices.Chunk(pairs, 2) {
		set[pair[0]] = pair[1]
	}
	return set
}

func amtool(t *testing.T, args ...string) string {
	t.Helper()
	path, err := toolbox.Path("amtool")
	require.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}
