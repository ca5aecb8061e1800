package alertmanager_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// rule is an alerting rule.
type rule struct {
	Alert         string
	For           duration
	KeepFiringFor duration `yaml:"keep_firing_for"`
	Labels        map[string]string
	Annotations   map[string]string
}

// loadRules returns the alerting rules of rules/.
func loadRules(t *testing.T) []rule {
	t.Helper()
	paths, err := filepath.Glob("../rules/*.yml")
	require.NoError(t, err)
	var alerts []rule
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var file struct {
			Groups []struct{ Rules []rule }
		}
		require.NoError(t, yaml.Unmarshal(text, &file), path)
		for _, group := range file.Groups {
			for _, r := range group.Rules {
				if r.Alert != "" {
					alerts = append(alerts, r)
				}
			}
		}
	}
	require.NotEmpty(t, alerts, "rules/ has no alerts")
	return alerts
}

func TestAlertsHaveTheFieldsOfNotifications(t *testing.T) {
	components := []string{"website", "api", "payments", "uploads", "email", "database", "business", "monitoring", "{{ $labels.component }}"}
	for _, r := range loadRules(t) {
		require.Contains(t, components, r.Labels["component"], r.Alert)
		for _, annotation := range []string{"summary", "description", "panel"} {
			require.NotEmpty(t, r.Annotations[annotation], "%s has no %s", r.Alert, annotation)
		}
	}
}
