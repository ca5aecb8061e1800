package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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
				all = append(all, exprMutants(rule)...)
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

// waitMutants halves and doubles `for`.
func waitMutants(t *testing.T, rule rules.Rule) []*mutant {
	t.Helper()
	if rule.For == "" {
		return nil
	}
	wait, err := model.ParseDuration(rule.For)
	require.NoError(t, err)
	var all []*mutant
	for _, other := range []model.Duration{wait / 2, wait * 2} {
		changed := rule
		changed.For = other.String()
		all = append(all, &mutant{original: rule, changed: changed, change: "for " + rule.For + " → " + changed.For})
	}
	return all
}

// exprMutants changes one token of the expression at a time.
func exprMutants(rule rules.Rule) []*mutant {
	if strings.HasPrefix(rule.Expr, "vector(") {
		return nil
	}
	var all []*mutant
	add := func(start, end int, replacement string) {
		changed := rule
		changed.Expr = rule.Expr[:start] + replacement + rule.Expr[end:]
		change := strings.TrimSpace(rule.Expr[start:end]) + " → " + replacement
		for _, earlier := range all {
			if strings.HasPrefix(earlier.change, change) {
				change += "'"
			}
		}
		all = append(all, &mutant{original: rule, changed: changed, change: change})
	}
	tokens := promqlScan(rule.Expr)
	for i, token := range tokens {
		for _, other := range replacements(token, rule) {
			add(token.Start, token.End(), other)
		}
		if token.Role == promqlOffset {
			add(tokens[i-1].Start, token.End(), "")
		}
		if token.Role == promqlLabel && tokens[i+1].Text == "," && isList(tokens[:i]) {
			add(token.Start, tokens[i+1].End(), "")
		} else if token.Role == promqlLabel && tokens[i-1].Text == "," && isList(tokens[:i]) {
			add(tokens[i-1].Start, token.End(), "")
		}
	}
	return all
}

// isList reports whether the tokens end inside the list of an aggregation.
func isList(tokens []promqlToken) bool {
	for i := len(tokens) - 1; i > 0; i-- {
		if tokens[i].Text == "{" {
			return false
		}
		if tokens[i].Text == "(" {
			return tokens[i-1].Text == "by" || tokens[i-1].Text == "without"
		}
	}
	return false
}

func replacements(token promqlToken, rule rules.Rule) []string {
	switch {
	case token.Role == promqlComparison:
		return map[string][]string{
			"==": {"!="}, "!=": {"=="}, ">": {">=", "<"}, "<": {"<=", ">"}, ">=": {">", "<"}, "<=": {"<", ">"},
		}[token.Text]
	case rule.Alert != "": // the other changes would need many more stories
		return nil
	case token.Role == promqlRange:
		return []string{doubled(token.Text)}
	case token.Role == promqlFunction:
		return map[string][]string{
			"max": {"min"}, "min": {"max"}, "sum": {"max"}, "avg": {"max"},
			"max_over_time": {"min_over_time"}, "avg_over_time": {"max_over_time"}, "sum_over_time": {"avg_over_time"},
			"increase": {"delta", "rate"}, "rate": {"increase"},
		}[token.Text]
	default:
		return nil
	}
}

// doubled returns the range with twice the duration: [10m] for [5m], [2h:5m] for [1h:5m].
func doubled(text string) string {
	window, step, found := strings.Cut(strings.Trim(text, "[]"), ":")
	duration, err := model.ParseDuration(window)
	if err != nil {
		panic(err)
	}
	window = model.Duration(2 * time.Duration(duration)).String()
	if found {
		window += ":" + step
	}
	return "[" + window + "]"
}
