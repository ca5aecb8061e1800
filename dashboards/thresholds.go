package dashboards

import "strings"

// threshold returns a query that draws a threshold of rules/thresholds.yml, such as "pg_lock_queue:count". Matchers select
// one of several values.
func threshold(name, legend string, matchers ...string) Query {
	return Query{Expr: thresholdSeries(name, matchers...), Legend: legend, Threshold: true}
}

// thresholdSeries returns the value of a threshold. Thresholds are the same in all environments.
func thresholdSeries(name string, matchers ...string) string {
	selector := "threshold:" + name
	if len(matchers) > 0 {
		selector += "{" + strings.Join(matchers, ",") + "}"
	}
	return "max(" + selector + ")"
}
