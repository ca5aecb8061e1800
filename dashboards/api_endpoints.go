package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// apiEndpointPanels are the endpoints that have a target, each with its own, the others, and all of them in a table.
func apiEndpointPanels() []Panel {
	panels := []Panel{}
	for i, e := range []struct{ method, route string }{
		{"POST", "/api/auth/login"},
		{"GET", "/api/prompts"},
		{"POST", "/api/payments/charge"},
		{"POST", "/api/prompts/upload"},
		{"GET", "/api/users/profile"},
	} {
		panels = append(panels, endpointLatency(110+uint32(i), e.method, e.route))
	}
	return append(panels,
		graph(Panel{
			ID: 115, Title: "Endpoints without a target", Unit: units.Seconds,
			About: "P95 of 5 minutes, the ten slowest. A line in thresholds.yml gives one a target.",
			Queries: []Query{
				Query{Expr: top("10", withoutTarget(told("endpoint:http_request_duration_seconds:p95_5m"))), Name: "{{method}} {{route}} {{environment}}"}.
					orNothing("nobody asked for them"),
			},
		}),
		list(Panel{
			ID: 116, Title: "Endpoints", Unit: units.Seconds, SortBy: "requests",
			About: "Of 5 minutes. Requests of the chosen environments are added up; of the other numbers it is the worst. " +
				"What is not in the list of routes is together in other.",
			Queries: []Query{
				{Expr: "sum by (method, route, origin) (" + told("endpoint:http_requests_all:rate5m") + ") > 0", Name: "requests", Unit: units.RequestsPerSecond},
				{Expr: worst(told("endpoint:http_request_errors:ratio_rate5m")), Name: "errors", Unit: units.PercentUnit},
				{Expr: worst(told("endpoint:http_request_errors:ratio_rate1d")), Name: "errors of a day", Unit: units.PercentUnit},
				{Expr: worst(told("endpoint:http_request_duration_seconds:p50_5m")), Name: "P50"},
				{Expr: worst(told("endpoint:http_request_duration_seconds:p95_5m")), Name: "P95"},
				{Expr: worst(told("endpoint:http_request_duration_seconds:p99_5m")), Name: "P99"},
				{Expr: worst(targets()), Name: "target of P95"},
			},
		}),
	)
}

func endpointLatency(id uint32, method, route string) Panel {
	endpoint := []string{fmt.Sprintf("method=%q", method), fmt.Sprintf("route=%q", route)}
	return graph(Panel{
		ID: id, Title: method + " " + route, Unit: units.Seconds,
		About: "Of 5 minutes. Its target is for the P95.",
		Queries: []Query{
			{Expr: told("endpoint:http_request_duration_seconds:p50_5m", endpoint...), Name: "P50 " + who},
			{Expr: told("endpoint:http_request_duration_seconds:p95_5m", endpoint...), Name: "P95 " + who},
			{Expr: told("endpoint:http_request_duration_seconds:p99_5m", endpoint...), Name: "P99 " + who},
			limit("http_endpoint:seconds", "target of P95", endpoint...),
		},
	})
}

// withoutTarget leaves out the endpoints that have one.
func withoutTarget(expr string) string {
	return expr + " unless on (method, route) threshold:http_endpoint:seconds"
}

// targets gives each endpoint's target the labels of its latency, so that a table has both on one line.
func targets() string {
	return "0 * " + told("endpoint:http_request_duration_seconds:p95_5m") + " + on (method, route) group_left () threshold:http_endpoint:seconds"
}

// worst is the largest of an endpoint in the chosen environments.
func worst(expr string) string { return "max by (method, route, origin) (" + expr + ")" }
