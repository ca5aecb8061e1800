package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var silenceCommand = regexp.MustCompile(`amtool --alertmanager\.url=\S+ silence add [^\n]* \\\n  alertname=(\w+)([^\n]*)\n`)

// TestDatabaseRunbooksHaveCommands requires SQL and a silence with the labels that the alert has in
// a story.
func TestDatabaseRunbooksHaveCommands(t *testing.T) {
	t.Parallel()
	labels := labelsOfAlerts(t)
	pages := readRunbooks(t)
	for _, alert := range load(t).Alerts() {
		if alert.Labels["component"] != "database" {
			continue
		}
		page := pages[alert.Alert]
		require.Contains(t, page, "```sql\n", alert.Alert)
		command := silenceCommand.FindStringSubmatch(page)
		require.NotNil(t, command, "the runbook of %s has no amtool command", alert.Alert)
		require.Equal(t, alert.Alert, command[1])
		var names []string
		for _, matcher := range strings.Fields(command[2]) {
			name, _, _ := strings.Cut(matcher, "=")
			names = append(names, name)
		}
		slices.Sort(names)
		require.Contains(t, labels[alert.Alert], strings.Join(names, " "), alert.Alert)
	}
}

// labelsOfAlerts returns the sets of labels that alerts have in stories, other than those of all.
func labelsOfAlerts(t *testing.T) map[string][]string {
	t.Helper()
	labels := map[string][]string{}
	for _, s := range allStories(t) {
		for _, test := range s.Alerts {
			for _, alert := range test.Expected {
				var names []string
				for name := range alert.Labels {
					if name != "severity" && name != "component" {
						names = append(names, name)
					}
				}
				slices.Sort(names)
				labels[test.AlertName] = append(labels[test.AlertName], strings.Join(names, " "))
			}
		}
	}
	return labels
}
