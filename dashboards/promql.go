package dashboards

import "strings"

// series selects a metric in the selected environments. Matchers are PromQL.
func series(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment"`}, matchers...)
	return metric + "{" + strings.Join(all, ",") + "}"
}

// databaseSeries selects a metric of the selected databases.
func databaseSeries(metric string, matchers ...string) string {
	return series(metric, append([]string{`datname=~"$datname"`}, matchers...)...)
}

// requestSeries selects a recorded series on requests from the selected origins.
func requestSeries(metric string, matchers ...string) string {
	return series(metric, append([]string{`origin=~"$origin"`}, matchers...)...)
}

// dedupe merges the series of redundant exporters, which collect the same values from one database. Sums belong inside
// the expression, so that they do not mix values of different exporters. The rules deduplicate in the same way.
func dedupe(expr string) string { return "max without (instance, pod) (" + expr + ")" }

// dedupedRate returns the rate of a counter that redundant exporters collect.
func dedupedRate(selector string) string { return dedupe("rate(" + selector + "[$__rate_interval])") }

// dedupedSum sums over labels within each exporter.
func dedupedSum(labels, expr string) string {
	return dedupe("sum without (" + labels + ") (" + expr + ")")
}

// sumRate sums the rate of a counter over exporters. Each of them receives a share of the deliveries.
func sumRate(labels, selector string) string {
	return "sum by (" + labels + ") (rate(" + selector + "[$__rate_interval]))"
}

// sumIncrease sums the increase of a counter in the selected time range over exporters.
func sumIncrease(labels, selector string) string {
	return "sum by (" + labels + ") (increase(" + selector + "[$__range]))"
}

// sumDatabases sums over the databases of a server.
func sumDatabases(expr string) string { return "sum without (datname) (" + expr + ")" }

// topK returns the k largest series. k is text, because it is part of a query.
func topK(k, expr string) string { return "topk(" + k + ", " + expr + ")" }

// age returns the seconds since a Unix time.
func age(expr string) string { return "time() - " + expr }
