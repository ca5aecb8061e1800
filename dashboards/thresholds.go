package dashboards

import "strings"

// limit draws a threshold of rules/thresholds.yml, such as "pg_lock_queue:count". Matchers choose a step of one that
// has several.
func limit(threshold, name string, matchers ...string) Query {
	return Query{Expr: thresholdSeries(threshold, matchers...), Name: name, Limit: true}
}

// thresholdSeries is the one place that knows how thresholds are called. They are the same in every environment.
func thresholdSeries(threshold string, matchers ...string) string {
	selector := "threshold:" + threshold
	if len(matchers) > 0 {
		selector += "{" + strings.Join(matchers, ",") + "}"
	}
	return "max(" + selector + ")"
}
