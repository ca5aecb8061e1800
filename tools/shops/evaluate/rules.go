package evaluate

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const (
	step     = time.Minute     // of evaluations, unless a group has a longer interval
	lookback = 5 * time.Minute // the default of Prometheus
)

// Rules are the alerts of all files and the rules that they need, in an order of evaluation.
type Rules struct {
	units   []unit
	count   int                      // of rules
	history map[string]time.Duration // how far back rules read each metric
}

// unit is an alert, all rules that record one series, or all rules of several series that read each
// other. Series that read their own earlier samples cannot be evaluated as a range.
type unit struct {
	rules       []rule
	needs       int // number of rules whose series these need
	readsItself bool
}

type rule struct {
	rulefmt.Rule
	id       int
	interval time.Duration
	reads    map[string]time.Duration // how far back, by metric name
}

// name returns the metric that the rule records, or the alert.
func (r rule) name() string { return r.Record + r.Alert }

// Load reads rule files.
func Load(files []string) (*Rules, error) {
	var rules []rule
	promql := parser.NewParser(parser.Options{})
	for _, file := range files {
		groups, errs := rulefmt.ParseFile(file, false, model.UTF8Validation, promql, slog.New(slog.DiscardHandler))
		if len(errs) > 0 {
			return nil, fmt.Errorf("reading %s: %w", file, errs[0])
		}
		for _, group := range groups.Groups {
			for _, r := range group.Rules {
				rules = append(rules, rule{Rule: r, id: len(rules), interval: max(step, time.Duration(group.Interval))})
			}
		}
	}
	for i := range rules {
		expr, err := promql.ParseExpr(rules[i].Expr)
		if err != nil {
			return nil, fmt.Errorf("parsing %s: %w", rules[i].name(), err)
		}
		rules[i].reads = reads(expr, rules)
	}
	loaded := &Rules{units: order(rules), count: len(rules), history: map[string]time.Duration{}}
	for _, u := range loaded.units {
		for _, r := range u.rules {
			for name, back := range r.reads {
				loaded.history[name] = max(loaded.history[name], back)
			}
		}
	}
	return loaded, nil
}

// reads returns how far back the expression reads each metric.
func reads(expr parser.Expr, rules []rule) map[string]time.Duration {
	metrics := map[string]time.Duration{}
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, isSelector := node.(*parser.VectorSelector)
		if !isSelector {
			return nil
		}
		back := lookback + selector.OriginalOffset
		for _, parent := range path {
			switch outer := parent.(type) {
			case *parser.MatrixSelector:
				back += outer.Range
			case *parser.SubqueryExpr:
				back += outer.Range + outer.OriginalOffset
			}
		}
		for _, name := range names(selector, rules) {
			metrics[name] = max(metrics[name], back)
		}
		return nil
	})
	return metrics
}

// names returns the metric of a selector, or all recorded ones that match, such as override:.+.
func names(selector *parser.VectorSelector, rules []rule) []string {
	if selector.Name != "" {
		return []string{selector.Name}
	}
	var names []string
	for _, r := range rules {
		if !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == model.MetricNameLabel && !m.Matches(r.Record)
		}) {
			names = append(names, r.Record)
		}
	}
	return names
}
