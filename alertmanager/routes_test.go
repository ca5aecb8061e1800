package alertmanager_test

import (
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/alertmanager"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestAmtoolAcceptsTheConfiguration(t *testing.T) {
	out := amtool(t, "check-config", "--enable-feature=utf8-strict-mode", alertmanager.ConfigFile)
	require.Contains(t, out, "SUCCESS")
	require.Contains(t, out, "2 templates\n  SUCCESS", "the shipped templates and those of the secrets")
}

func TestSeveritiesAreRouted(t *testing.T) {
	for _, severity := range []string{"P0", "P1", "P2", "P3"} {
		for _, component := range []string{"website", "api", "payments", "uploads", "email", "database", "business", "monitoring", ""} {
			requireRoute(t, severity, labels("alertname", "Any", "severity", severity, "component", component))
		}
	}
}

func TestEveryAlertOfTheRulesIsRouted(t *testing.T) {
	for _, r := range loadRules(t) {
		want := r.Labels["severity"]
		if r.Alert == "Watchdog" {
			want = "dead-mans-switch"
		}
		require.Contains(t, []string{"P0", "P1", "P2", "P3", "dead-mans-switch"}, want, "%s matches no route", r.Alert)
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
}

// requireRoute requires that amtool reports exactly one receiver for a label set.
func requireRoute(t *testing.T, receiver string, set map[string]string) {
	t.Helper()
	args := []string{"config", "routes", "test", "--config.file=" + alertmanager.ConfigFile}
	for name, value := range set {
		args = append(args, name+"="+strconv.Quote(value))
	}
	require.Equal(t, receiver, strings.TrimSpace(amtool(t, args...)), "%v", set)
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
