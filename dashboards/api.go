package dashboards

import (
	"slices"

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
			row(1000, "Overview", slices.Concat(apiSummary(), apiTrends())),
			collapsedRow(1002, "Latency of endpoints", apiEndpointPanels(endpoints)),
			collapsedRow(1003, "Errors", apiErrorPanels()),
			collapsedRow(1004, "Error budget", apiErrorBudget()),
			collapsedRow(1005, "Critical endpoints", apiCriticalEndpoints()),
			collapsedRow(1006, "Third parties", apiOutbound()),
			collapsedRow(1007, "Functions and edge network", apiEdge()),
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
			ID: 101, Title: "Current error rate", Unit: units.PercentUnit,
			Description: "Share of requests with a 5xx response, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_errors:ratio_rate5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 102, Title: "P95 latency", Unit: units.Seconds,
			Description: "95th percentile of the request latency, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_duration_seconds:p95_5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 103, Title: "P99 latency", Unit: units.Seconds,
			Description: "99th percentile of the request latency, over 5 minutes.",
			Queries:     []Query{{Expr: requestSeries("origin:http_request_duration_seconds:p99_5m"), Legend: requestLegend}},
		}),
		statPanel(Panel{
			ID: 104, Title: "Error budget remaining", Unit: units.PercentUnit,
			Description: "Share of the error budget of 30 days that remains. Below 0 % the objective is missed; lower values than " +
				"-100 % are shown as -100 %. Absent on the first day: with less than 30 days of history, the budget " +
				"covers the available history.",
			Queries: []Query{budgetRemaining()},
		}),
		statPanel(Panel{
			ID: 105, Title: "Edge request rate", Unit: units.RequestsPerSecond,
			Description: "Requests per second handled by Vercel's edge network, over 5 minutes. Includes cached and static " +
				"responses.",
			Queries: []Query{{Expr: series("environment:marketplace_edge_requests:rate5m"), Legend: "edge {{environment}}"}},
		}),
	}
}

func apiTrends() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 1, Title: "Latency", Unit: units.Seconds,
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
			ID: 3, Title: "Error rate", Unit: units.PercentUnit,
			Description: "Share of requests with a 5xx response: all requests over 5 minutes and 6 hours, and the endpoints " +
				"with the highest error rate over 5 minutes and a day.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_request_errors:ratio_rate5m"), Legend: "all " + requestLegend},
				{Expr: requestSeries("origin:http_request_errors:ratio_rate6h"), Legend: "6h all " + requestLegend},
				Query{Expr: topK("3", requestSeries("endpoint:http_request_errors:ratio_rate5m")+" > 0"), Legend: "{{method}} {{route}} {{environment}}"}.
					allowEmpty("no errors"),
				Query{Expr: topK("3", requestSeries("endpoint:http_request_errors:ratio_rate1d")+" > 0"), Legend: "1d {{method}} {{route}} {{environment}}"}.
					allowEmpty("no errors"),
				threshold("http_request_errors:ratio", "limit"),
				threshold("http_slo_errors:ratio", "objective"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 2, Title: "Endpoint latency relative to target", Unit: units.PercentUnit,
			Description: "P95 over 5 minutes and over a day as a percentage of each endpoint's target. Above 100 % the target " +
				"is missed.",
			Queries: []Query{
				{Expr: relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_5m"), Legend: "{{route}} " + requestLegend},
				Query{Expr: relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_1d"), Legend: "1d {{route}} " + requestLegend}.allowEmpty(noHistory),
				{Expr: "vector(1)", Legend: "target", Threshold: true},
			},
		}),
		tablePanel(Panel{
			ID: 116, Title: "Endpoints", Unit: units.Seconds, Height: 8, SortBy: []SortColumn{{"requests", true}},
			Description: "Traffic, errors and latency over 5 minutes. Requests are the sum over the selected environments; the " +
				"other columns show the worst environment. Routes that are not in the allowlist are counted as " +
				"other.",
			Queries: []Query{
				{Expr: "sum by (method, route, origin) (" + requestSeries("endpoint:http_requests_all:rate5m") + ") > 0", Legend: "requests", Unit: units.RequestsPerSecond},
				{Expr: maxByEndpoint(requestSeries("endpoint:http_request_errors:ratio_rate5m")), Legend: "error rate", Unit: units.PercentUnit},
				{Expr: maxByEndpoint(requestSeries("endpoint:http_request_errors:ratio_rate1d")), Legend: "error rate 1d", Unit: units.PercentUnit},
				{Expr: maxByEndpoint(requestSeries("endpoint:http_request_duration_seconds:p50_5m")), Legend: "P50"},
				{Expr: maxByEndpoint(requestSeries("endpoint:http_request_duration_seconds:p95_5m")), Legend: "P95"},
				{Expr: maxByEndpoint(requestSeries("endpoint:http_request_duration_seconds:p99_5m")), Legend: "P99"},
				{Expr: maxByEndpoint(endpointTargets()), Legend: "P95 target"},
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
