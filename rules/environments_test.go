package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Alerts on services do not fire for previews, or fire with the environment, by which Alertmanager
// sends them to Slack only. They never fire for production because of a preview.
func TestAlertsOnServicesHaveStoriesOfOtherEnvironments(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, s := range allStories(t) {
		others := slices.ContainsFunc(s.InputSeries, func(input map[string]string) bool {
			return strings.Contains(input["series"], `environment="preview"`) || strings.Contains(input["series"], `environment="staging"`)
		})
		for _, test := range s.Alerts {
			tested[test.AlertName] = tested[test.AlertName] || others
		}
	}
	for _, group := range load(t).Groups {
		if !slices.Contains([]string{"stripe", "sentry", "probe", "uptimerobot"}, group.File) {
			continue
		}
		for _, rule := range group.Rules {
			require.True(t, rule.Alert == "" || tested[rule.Alert], "%s has no story of another environment", rule.Alert)
		}
	}
}
