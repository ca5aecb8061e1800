package dashboards

import "strings"

// Two exporters on one database are a pair that says the same: what differs is dropped and nothing is added up over
// them. The rules do likewise.
const pair = "instance, pod"

// in is a metric in the chosen environment. Matchers are written as in PromQL.
func in(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment"`}, matchers...)
	return metric + "{" + strings.Join(all, ",") + "}"
}

// inDB is a metric of the chosen databases.
func inDB(metric string, matchers ...string) string {
	return in(metric, append([]string{`datname=~"$datname"`}, matchers...)...)
}

// once is an expression about each exporter as a pair tells it. What is added up has to be inside, so that two answers
// of different moments are not mixed.
func once(expr string) string { return "max without (" + pair + ") (" + expr + ")" }

// perSecond is the rate of a counter as a pair tells it.
func perSecond(selector string) string { return once("rate(" + selector + "[$__rate_interval])") }

// told is a recorded series of requests, by the chosen origins.
func told(metric string, matchers ...string) string {
	return in(metric, append([]string{`origin=~"$origin"`}, matchers...)...)
}

// pushed is the rate of a counter by labels. Of what is pushed each exporter gets a part: they add up.
func pushed(labels, selector string) string {
	return "sum by (" + labels + ") (rate(" + selector + "[$__rate_interval]))"
}

// pushedInAll is how far a counter came in the time that is looked at.
func pushedInAll(labels, selector string) string {
	return "sum by (" + labels + ") (increase(" + selector + "[$__range]))"
}

// sumOver adds up over labels what one exporter said at one moment.
func sumOver(labels, expr string) string { return once("sum without (" + labels + ") (" + expr + ")") }

// total adds up over the databases of a server.
func total(expr string) string { return "sum without (datname) (" + expr + ")" }

// top is the n largest.
func top(n, expr string) string { return "topk(" + n + ", " + expr + ")" }

// ago is how long a moment is past.
func ago(expr string) string { return "time() - " + expr }
