package rules_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/aimarketplace/monitoring/rules"
)

// If Prometheus scrapes nothing, not even itself, only the Watchdog and the alerts on that fire.
// RulesMissing does not fire, so the rule files are complete.
func TestOnlyAlertsOnAbsenceFireWithoutSeries(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	nothing := trial{
		file:   storyFile{RuleFiles: []string{"rules.yml"}, EvaluationInterval: "2m"},
		groups: slices.Clone(bundle.Groups),
	}
	slices.SortStableFunc(nothing.groups, func(a, b rules.Group) int { return cmp.Compare(rank(a), rank(b)) })
	for _, group := range nothing.groups {
		nothing.file.GroupEvalOrder = append(nothing.file.GroupEvalOrder, group.Name)
	}
	s := story{Name: "Nothing is scraped"}
	for _, alert := range bundle.Alerts() {
		if !slices.Contains([]string{"Watchdog", "ExporterDown", "DeliveryNotScraped"}, alert.Alert) {
			s.Alerts = append(s.Alerts, alertTest{EvalTime: "2h", AlertName: alert.Alert, Expected: []firingAlert{}})
		}
	}
	nothing.file.Tests = []story{s}
	nothing.run(t, nil)
}

// rank orders limits before other recorded series, and those before alerts.
func rank(group rules.Group) int {
	switch {
	case group.File == "thresholds":
		return 0
	case group.File == "limits":
		return 1
	case !slices.ContainsFunc(group.Rules, func(rule rules.Rule) bool { return rule.Alert != "" }):
		return 2
	default:
		return 3
	}
}
