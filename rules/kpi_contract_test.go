package rules_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/rules"
)

// selection is what a rule selects of a KPI: one of the values of a label.
type selection struct {
	kpi, label string
	values     string // separated by |
}

// TestKPIContractsMatchTheRules compares the contracts in kpis.yaml with the matchers of the rules.
func TestKPIContractsMatchTheRules(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	definitions, err := kpi.Config{}.Load()
	require.NoError(t, err)
	byMetric := map[string]kpi.Definition{}
	for _, d := range definitions {
		byMetric[d.Metric()] = d
	}
	selected := map[selection][]string{} // with the alerts
	for rule := range bundle.All() {
		for s := range selections(bundle, byMetric, rule, nil) {
			selected[s] = append(selected[s], rule.Alert)
		}
	}
	require.Contains(t, selected[selection{"payments", "window", "15m"}], "PaymentSuccessCritical", "through a recorded series")

	for s, alerts := range selected {
		if optional(s) {
			alerts = []string{""}
		}
		contract := byMetric["marketplace_"+s.kpi].Contract[s.label]
		for _, alert := range alerts {
			require.True(t, slices.ContainsFunc(strings.Split(s.values, "|"), func(value string) bool {
				listed, ok := contract[value]
				return ok && (alert == "" || slices.Contains(listed, alert))
			}), "the contract of %s has no %s=%s for %q", s.kpi, s.label, s.values, alert)
		}
	}
	for _, d := range definitions {
		for label, values := range d.Contract {
			for value, alerts := range values {
				for _, alert := range alerts {
					require.True(t, reads(selected, selection{d.Name, label, value}, alert), "%s does not select %s=%s of %s", alert, label, value, d.Name)
				}
			}
		}
	}
}

// optional reports whether alerts fire without the selected values: those of the last 10 minutes
// and sent emails only end alerts earlier, and without the classes of failures each failure counts.
func optional(s selection) bool {
	return s.label == "window" && s.values == "10m" || s.kpi == "payment_failures" || s == selection{"emails", "status", "SENT"}
}

func reads(selected map[selection][]string, wanted selection, alert string) bool {
	for s, alerts := range selected {
		if s.kpi == wanted.kpi && s.label == wanted.label && slices.Contains(strings.Split(s.values, "|"), wanted.values) &&
			slices.Contains(alerts, alert) {
			return true
		}
	}
	return false
}

// selections returns what a rule selects of KPIs, directly or through recorded series. The matchers
// of a recorded series apply to the labels that it keeps. A series that continues its own past, also
// through others, is followed once: via are the series on the way.
func selections(bundle rules.Bundle, kpis map[string]kpi.Definition, from rules.Rule, inherited map[string]string, via ...string) map[selection]bool {
	found := map[selection]bool{}
	tokens := promqlScan(from.Expr)
	for i, token := range tokens {
		if token.Role != promqlMetric {
			continue
		}
		matchers := maps.Clone(inherited)
		if matchers == nil {
			matchers = map[string]string{}
		}
		for j := i + 1; j+2 < len(tokens) && tokens[i+1].Text == "{" && tokens[j].Text != "}"; j++ {
			if tokens[j].Role == promqlLabel && (tokens[j+1].Text == "=" || tokens[j+1].Text == "=~") {
				matchers[tokens[j].Text] = strings.Trim(tokens[j+2].Text, `"'`)
			}
		}
		if d, ok := kpis[token.Text]; ok {
			for label, values := range matchers {
				if slices.Contains(d.Labels, label) {
					found[selection{d.Name, label, values}] = true
				}
			}
			continue
		}
		for rule := range bundle.All() {
			if rule.Record == token.Text && rule.Record != from.Record && !slices.Contains(via, rule.Record) {
				maps.Copy(found, selections(bundle, kpis, rule, matchers, append(via, from.Record)...))
			}
		}
	}
	return found
}
