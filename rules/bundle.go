package rules

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// infoSeries is recorded once per rule file, with labels for the file and the version.
const infoSeries = "marketplace_rules_info"

const vectorPrefix = "vector("

// All yields every rule in the order of files and groups.
func (b Bundle) All() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for _, group := range b.Groups {
			for _, rule := range group.Rules {
				if !yield(rule) {
					return
				}
			}
		}
	}
}

// Alerts returns the alerting rules.
func (b Bundle) Alerts() []Rule {
	var alerts []Rule
	for rule := range b.All() {
		if rule.Alert != "" {
			alerts = append(alerts, rule)
		}
	}
	return alerts
}

// Threshold is a limit that alerts compare with and dashboards draw.
type Threshold struct {
	Series string            // such as threshold:pg_cache_hit:ratio
	Labels map[string]string // distinguish several limits of one signal; may be empty
	Value  float64           // without overrides
	Scope  []string          // labels other than Labels by which overrides may differ: environment, server
}

// Thresholds returns all limits, with their defaults.
func (b Bundle) Thresholds() ([]Threshold, error) {
	var thresholds []Threshold
	for _, group := range b.Groups {
		for _, rule := range group.Rules {
			name, found := strings.CutPrefix(rule.Record, defaultPrefix)
			if !found || strings.HasSuffix(name, infoSuffix) {
				continue
			}
			value, err := vectorValue(rule.Expr)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", rule.Record, err)
			}
			threshold := Threshold{Series: effective(name), Labels: rule.Labels, Value: value}
			if !isTable(rule) {
				threshold.Scope = scope(group.Name, name)
			}
			thresholds = append(thresholds, threshold)
		}
	}
	return thresholds, nil
}

// vectorValue returns the number N of an expression vector(N).
func vectorValue(expr string) (float64, error) {
	number, found := strings.CutPrefix(strings.TrimSuffix(expr, ")"), vectorPrefix)
	value, err := strconv.ParseFloat(number, 64)
	if !found || err != nil {
		return 0, fmt.Errorf("%q is not vector(NUMBER)", expr)
	}
	return value, nil
}

// Panel identifies a panel of a dashboard.
type Panel struct {
	Board string // uid of the dashboard
	ID    int
}

// Panel returns the panel that shows the alert's signal, from the annotation `panel: BOARD/NUMBER`.
func (r Rule) Panel() (Panel, error) {
	board, number, found := strings.Cut(r.Annotations["panel"], "/")
	id, err := strconv.Atoi(number)
	if !found || board == "" || err != nil || id < 1 {
		return Panel{}, fmt.Errorf("reading the panel of %s: %q is not BOARD/NUMBER", r.Alert, r.Annotations["panel"])
	}
	return Panel{Board: board, ID: id}, nil
}
