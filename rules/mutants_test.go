package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// mutant is a rule with one change that a story must detect.
type mutant struct {
	original rules.Rule
	changed  rules.Rule
	change   string // description, such as "[5m] → [10m]"
	killed   bool
}

func (m *mutant) String() string {
	labels := ""
	if m.original.Record != "" && len(m.original.Labels) > 0 {
		labels = fmt.Sprint(m.original.Labels)
	}
	return name(m.original) + strings.TrimPrefix(labels, "map") + ": " + m.change
}

// allMutants returns the mutants of every rule.
func allMutants(t *testing.T, bundle rules.Bundle) []*mutant {
	t.Helper()
	thresholds, err := bundle.Thresholds()
	require.NoError(t, err)
	values := map[string]rules.Threshold{}
	for _, threshold := range thresholds {
		values[strings.Replace(threshold.Series, "threshold:", "default:", 1)+fmt.Sprint(threshold.Labels)] = threshold
	}
	var all []*mutant
	for _, group := range bundle.Groups {
		for _, rule := range group.Rules {
			if threshold, found := values[rule.Record+fmt.Sprint(rule.Labels)]; found {
				all = append(all, thresholdMutants(rule, threshold)...)
			} else if group.File != "limits" || isSample(rule) {
				all = append(all, exprMutants(t, rule)...)
				all = append(all, waitMutants(t, rule)...)
			}
		}
	}
	return all
}

// isSample reports whether a generated rule is mutated: the tables, and one limit of each scope. The
// generator writes all others in the same way.
func isSample(rule rules.Rule) bool {
	samples := []string{
		"threshold:marketplace_source_age:seconds", "threshold:http_request_p95:seconds",
		"threshold:pg_lock_queue:count", "threshold:http_endpoint:seconds",
	}
	return strings.HasSuffix(rule.Record, ":info") || slices.Contains(samples, rule.Record)
}

// thresholdMutants moves a count by 1 and other numbers by 5 %.
func thresholdMutants(rule rules.Rule, threshold rules.Threshold) []*mutant {
	step := threshold.Value / 20
	if strings.HasSuffix(threshold.Series, ":count") {
		step = 1
	}
	var all []*mutant
	for _, value := range []float64{threshold.Value - step, threshold.Value + step} {
		changed := rule
		changed.Expr = fmt.Sprintf("vector(%v)", value)
		all = append(all, &mutant{original: rule, changed: changed, change: fmt.Sprint(threshold.Value, " → ", value)})
	}
	return all
}

// waitMutants halves and doubles `for`, and removes and doubles `keep_firing_for`.
func waitMutants(t *testing.T, rule rules.Rule) []*mutant {
	t.Helper()
	var all []*mutant
	add := func(changed rules.Rule, change string) {
		all = append(all, &mutant{original: rule, changed: changed, change: change})
	}
	if rule.For != "" {
		for _, factor := range []float64{0.5, 2} {
			changed := rule
			changed.For = scaled(t, rule.For, factor)
			add(changed, "for "+rule.For+" → "+changed.For)
		}
	}
	if rule.KeepFiringFor != "" {
		for _, factor := range []float64{0, 2} {
			changed := rule
			changed.KeepFiringFor = scaled(t, rule.KeepFiringFor, factor)
			add(changed, "keep_firing_for "+rule.KeepFiringFor+" → "+changed.KeepFiringFor)
		}
	}
	return all
}

// scaled returns the multiple of a duration: 10m for 5m and 2.
func scaled(t *testing.T, text string, factor float64) string {
	t.Helper()
	duration, err := model.ParseDuration(text)
	require.NoError(t, err)
	return model.Duration(factor * float64(duration)).String()
}
