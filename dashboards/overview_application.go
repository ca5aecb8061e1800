package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// overviewApplication is what visitors feel.
func overviewApplication() []Panel {
	return []Panel{
		graph(Panel{
			ID: 140, Title: "Requests", Unit: units.RequestsPerSecond, Width: 6, Details: apiUID,
			About:   "That functions answered in a second, by who tells of them.",
			Queries: []Query{{Expr: in("origin:http_requests:rate5m"), Name: who}},
		}),
		graph(Panel{
			ID: 141, Title: "Requests that fail", Unit: units.PercentUnit, Width: 6, Details: apiUID,
			About: "Share of the requests of 5 minutes that were answered with 5xx.",
			Queries: []Query{
				{Expr: in("origin:http_request_errors:ratio_rate5m"), Name: who},
				limit("http_request_errors:ratio", "limit P1"),
				limit("http_slo_errors:ratio", "objective"),
			},
		}),
		graph(Panel{
			ID: 142, Title: "Latency", Unit: units.Seconds, Width: 6, Details: apiUID,
			About: "Of the requests of 5 minutes.",
			Queries: []Query{
				{Expr: in("origin:http_request_duration_seconds:p95_5m"), Name: "P95 " + who},
				{Expr: in("origin:http_request_duration_seconds:p99_5m"), Name: "P99 " + who},
				limit("http_request_p95:seconds", "limit P95"),
				limit("http_request_p99:seconds", "limit P99"),
			},
		}),
		graph(Panel{
			ID: 143, Title: "Web vitals against their targets", Unit: units.PercentUnit, Width: 6, Details: webUID,
			About: "P75 of an hour as a share of the metric's own target: above 100 % it is missed.",
			Queries: []Query{
				{Expr: ofTarget(in(vitalP75)), Name: "{{metric}} {{environment}}"},
				{Expr: "vector(1)", Name: "target", Limit: true},
			},
		}),
	}
}
