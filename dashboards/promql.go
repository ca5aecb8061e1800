package dashboards

import (
	"fmt"
	"strings"
)

// series selects a metric in the selected environments. Matchers are PromQL.
func series(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment"`}, matchers...)
	return metric + "{" + strings.Join(all, ",") + "}"
}

// databaseSeries selects a metric of the selected databases.
func databaseSeries(metric string, matchers ...string) string {
	return series(metric, append([]string{`datname=~"$datname"`}, matchers...)...)
}

// requests selects a recorded series on requests, as counted by the selected origins.
func requests(metric string, matchers ...string) string {
	return series(metric, append([]string{`origin=~"$origin"`}, matchers...)...)
}

// thresholdSeries returns a threshold of each selected environment and server.
func thresholdSeries(name string, matchers ...string) string {
	return "max by (environment, server) (" + series("threshold:"+name, matchers...) + ")"
}

// globalThreshold returns a threshold that is the same in all environments.
func globalThreshold(name string, matchers ...string) string {
	selector := "threshold:" + name
	if len(matchers) > 0 {
		selector += "{" + strings.Join(matchers, ",") + "}"
	}
	return "max(" + selector + ")"
}

// times multiplies an expression with the threshold of its environment.
func times(expr, name string) string {
	return expr + " * on (environment) group_left () threshold:" + name
}

// ofCriticalEndpoints selects the endpoints with a purpose, such as login.
func ofCriticalEndpoints(expr, purpose string) string {
	return expr + ` and on (method, route) critical:endpoint:info{purpose="` + purpose + `"}`
}

// dedupe merges the series of redundant exporters, which collect the same values from one database.
// Sums belong inside the expression, so that they do not mix values of different exporters. The
// rules deduplicate in the same way.
func dedupe(expr string) string { return "max without (instance, pod) (" + expr + ")" }

// gauge returns a gauge that redundant exporters collect. Recorded series need no deduplication.
func gauge(metric string, matchers ...string) string { return dedupe(series(metric, matchers...)) }

func databaseGauge(metric string, matchers ...string) string {
	return dedupe(databaseSeries(metric, matchers...))
}

// databaseRate returns the rate of a counter that redundant exporters collect from databases.
func databaseRate(metric string) string { return dedupe(rate(databaseSeries(metric))) }

// serverRate adds up the rates of the selected databases of a server.
func serverRate(metric string) string { return sumDatabases(databaseRate(metric)) }

func sumDatabases(expr string) string { return "sum without (datname) (" + expr + ")" }

// dedupedSum sums over labels within each exporter.
func dedupedSum(labels, expr string) string {
	return dedupe("sum without (" + labels + ") (" + expr + ")")
}

func rate(selector string) string { return "rate(" + selector + "[$__rate_interval])" }

// sumRate sums the rate of a counter over exporters. Each of them receives a share of the
// deliveries.
func sumRate(labels, metric string, matchers ...string) string {
	return "sum by (" + labels + ") (" + rate(series(metric, matchers...)) + ")"
}

// totalRate sums the rate of a counter over all of its series.
func totalRate(metric string) string { return "sum(" + rate(series(metric)) + ")" }

// sumIncrease sums the increase of a counter in the selected time range over exporters.
func sumIncrease(labels, metric string, matchers ...string) string {
	return "sum by (" + labels + ") (increase(" + series(metric, matchers...) + "[$__range]))"
}

// quantile estimates a quantile of a histogram for each value of a label.
func quantile(q float64, label, buckets string, matchers ...string) string {
	return fmt.Sprintf("histogram_quantile(%g, %s)", q, sumRate(label+", le", buckets, matchers...))
}

func maxBy(labels, expr string) string { return "max by (" + labels + ") (" + expr + ")" }

// topK returns the k largest series.
func topK(k int, expr string) string { return fmt.Sprintf("topk(%d, %s)", k, expr) }

// age returns the seconds since a Unix time.
func age(expr string) string { return "time() - " + expr }
