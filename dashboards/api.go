package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func api() Board {
	return Board{
		UID: apiUID, Title: "Marketplace / API", From: "now-6h",
		Description: "Requests that functions answered: how long they took, how many failed, and what they depend on.",
		Variables:   []Variable{application("origin:http_requests:rate5m"), origin()},
		Alerts:      `component=~"api|payments|uploads"`,
		Rows: []Row{
			{1000, "At a glance", apiGlance()},
			{1001, "Latency", apiLatencies()},
			{1002, "Endpoints", apiEndpointPanels()},
			{1003, "Errors", apiErrorPanels()},
			{1004, "Objective", apiObjective()},
			{1005, "Critical errors", apiCritical()},
			{1006, "Third parties", apiPartners()},
			{1007, "Functions and edge", apiEdge()},
		},
	}
}

// who names series by what tells requests apart that are counted alike.
const who = "{{environment}} {{origin}}"

func apiGlance() []Panel {
	return []Panel{
		number(Panel{
			ID: 100, Title: "Requests", Unit: units.RequestsPerSecond,
			About:   "In a second, of the last 5 minutes: those that functions answered.",
			Queries: []Query{{Expr: told("origin:http_requests:rate5m"), Name: who}},
		}),
		number(Panel{
			ID: 101, Title: "Errors", Unit: units.PercentUnit,
			About:   "Share of the requests of 5 minutes that were answered with 5xx.",
			Queries: []Query{{Expr: told("origin:http_request_errors:ratio_rate5m"), Name: who}},
		}),
		number(Panel{
			ID: 102, Title: "P95", Unit: units.Seconds,
			About:   "95 of 100 requests of 5 minutes took no longer.",
			Queries: []Query{{Expr: told("origin:http_request_duration_seconds:p95_5m"), Name: who}},
		}),
		number(Panel{
			ID: 103, Title: "P99", Unit: units.Seconds,
			About:   "99 of 100 requests of 5 minutes took no longer.",
			Queries: []Query{{Expr: told("origin:http_request_duration_seconds:p99_5m"), Name: who}},
		}),
		number(Panel{
			ID: 104, Title: "Error budget left", Unit: units.PercentUnit,
			About: "Of the errors that the objective allows in 30 days. Below zero, it is missed. " +
				"Until there are 30 days of history, it is of as many as there are.",
			Queries: []Query{{Expr: told("origin:http_error_budget_remaining:ratio30d"), Name: who}},
		}),
		number(Panel{
			ID: 105, Title: "Requests at the edge", Unit: units.RequestsPerSecond,
			About:   "In a second, of the last 5 minutes: all that Vercel answered, from its cache and with static files, too.",
			Queries: []Query{{Expr: in("environment:marketplace_edge_requests:rate5m"), Name: "{{environment}}"}},
		}),
	}
}

func apiLatencies() []Panel {
	return []Panel{
		graph(Panel{
			ID: apiLatency, Title: "All requests", Unit: units.Seconds, Width: 12,
			About: "Of 5 minutes, and of 6 hours: where few requests come, the P99 of 5 minutes is just the slowest of them.",
			Queries: []Query{
				{Expr: told("origin:http_request_duration_seconds:p50_5m"), Name: "P50 " + who},
				{Expr: told("origin:http_request_duration_seconds:p95_5m"), Name: "P95 " + who},
				{Expr: told("origin:http_request_duration_seconds:p99_5m"), Name: "P99 " + who},
				Query{Expr: told("origin:http_request_duration_seconds:p50_6h"), Name: "P50 of 6 hours " + who}.orNothing(noHistory),
				Query{Expr: told("origin:http_request_duration_seconds:p95_6h"), Name: "P95 of 6 hours " + who}.orNothing(noHistory),
				Query{Expr: told("origin:http_request_duration_seconds:p99_6h"), Name: "P99 of 6 hours " + who}.orNothing(noHistory),
				limit("http_request_p50:seconds", "limit P50"),
				limit("http_request_p95:seconds", "limit P95"),
				limit("http_request_p99:seconds", "limit P99"),
			},
		}),
		graph(Panel{
			ID: apiEndpoints, Title: "Endpoints against their targets", Unit: units.PercentUnit, Width: 12,
			About: "P95 of 5 minutes and of a day as a share of the endpoint's own target, so that those of 200 ms and of 2 s can be compared: " +
				"above 100 % it misses it.",
			Queries: []Query{
				{Expr: ofEndpointTarget("endpoint:http_request_duration_seconds:p95_5m"), Name: "{{route}} " + who},
				Query{Expr: ofEndpointTarget("endpoint:http_request_duration_seconds:p95_1d"), Name: "of a day: {{route}} " + who}.orNothing(noHistory),
				{Expr: "vector(1)", Name: "target", Limit: true},
			},
		}),
	}
}

// noHistory is why a window of steps of 5 minutes may have no number: it has had no step yet.
const noHistory = "there are no five minutes of history yet"

// ofEndpointTarget is a quantile as a share of the endpoint's own target.
func ofEndpointTarget(quantile string) string {
	return told(quantile) + " / on (method, route) group_left () threshold:http_endpoint:seconds"
}
