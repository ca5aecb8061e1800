package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/aimarketplace/monitoring/rules"
)

const apiUID = "marketplace-api"

func apiBoard(endpoints []rules.Threshold) Board {
	return Board{
		UID: apiUID, Title: "Marketplace / API", TimeFrom: "now-6h",
		Description:  "Requests handled by functions: latency, errors, error budget and dependencies.",
		Variables:    []Variable{requestEnvironment("origin:http_requests:rate5m"), origin()},
		AlertMatcher: `component=~"api|payments|uploads"`,
		Rows: []Row{
			{1000, "Overview", apiSummary()},
			{1001, "Latency", apiLatency()},
			{1002, "Endpoints", apiEndpointPanels(endpoints)},
			{1003, "Errors", apiErrorPanels()},
			{1004, "Error budget", apiErrorBudget()},
			{1005, "Critical endpoints", apiCriticalEndpoints()},
			{1006, "Third parties", apiOutbound()},
			{1007, "Functions and edge network", apiEdge()},
		},
	}
}

// requestLegend distinguishes series that count the same requests.
const requestLegend = "{{environment}} {{origin}}"

func apiSummary() []Panel {
	return []Panel{
		statPanel(Panel{
			ID: 100, Title: "Request rate", Unit: units.RequestsPerSecond,
			Description: "Requests per second handled by functions, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_requests:rate5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 101, Title: "Error rate", Unit: units.PercentUnit,
			Description: "Share of requests with a 5xx response, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_errors:ratio_rate5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 102, Title: "P95", Unit: units.Seconds,
			Description: "95th percentile of the request latency, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_duration_seconds:p95_5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 103, Title: "P99", Unit: units.Seconds,
			Description: "99th percentile of the request latency, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_duration_seconds:p99_5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 104, Title: "Error budget remaining", Unit: units.PercentUnit,
			Description: "Share of the error budget of 30 days that remains. Below 0 % the objective is missed. With less than " +
				"30 days of history, the budget covers the available history.",
			Queries: []Query{{Expr: requestSeries("origin:http_error_budget_remaining:ratio30d"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 105, Title: "Edge request rate", Unit: units.RequestsPerSecond,
			Description: "Requests per second handled by Vercel's edge network, over 5 minutes. Includes cached and static " +
				"responses.",
			Queries: []Query{{Expr: series("environment:marketplace_edge_requests:rate5m"), Legend: "{{environment}}"}},
		}),
	}
}

func apiLatency() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 1, Title: "Latency", Unit: units.Seconds, Width: 12,
			Description: "Latency of all requests over 5 minutes and 6 hours. At low traffic the P99 over 5 minutes is the " +
				"latency of a single request.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_request_duration_seconds:p50_5m"), Legend: "P50 " + requestLegend},
				{Expr: requestSeries("origin:http_request_duration_seconds:p95_5m"), Legend: "P95 " + requestLegend},
				{Expr: requestSeries("origin:http_request_duration_seconds:p99_5m"), Legend: "P99 " + requestLegend},
				Query{Expr: requestSeries("origin:http_request_duration_seconds:p50_6h"), Legend: "P50 6h " + requestLegend}.allowEmpty(noHistory),
				Query{Expr: requestSeries("origin:http_request_duration_seconds:p95_6h"), Legend: "P95 6h " + requestLegend}.allowEmpty(noHistory),
				Query{Expr: requestSeries("origin:http_request_duration_seconds:p99_6h"), Legend: "P99 6h " + requestLegend}.allowEmpty(noHistory),
				threshold("http_request_p50:seconds", "P50 limit"),
				threshold("http_request_p95:seconds", "P95 limit"),
				threshold("http_request_p99:seconds", "P99 limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 2, Title: "Endpoint latency relative to target", Unit: units.PercentUnit, Width: 12,
			Description: "P95 over 5 minutes and over a day as a percentage of each endpoint's target. Above 100 % the target " +
				"is missed.",
			Queries: []Query{
				{Expr: relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_5m"), Legend: "{{route}} " + requestLegend},
				Query{Expr: relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_1d"), Legend: "1d {{route}} " + requestLegend}.allowEmpty(noHistory),
				{Expr: "vector(1)", Legend: "target", Threshold: true},
			},
		}),
	}
}

// noHistory applies to recorded windows, which consist of steps of 5 minutes.
const noHistory = "less than 5 minutes of history"

// relativeToEndpointTarget divides a quantile by the target of its endpoint.
func relativeToEndpointTarget(quantile string) string {
	return requestSeries(quantile) + " / on (method, route) group_left () threshold:http_endpoint:seconds"
}
