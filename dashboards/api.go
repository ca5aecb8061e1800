package dashboards

import (
	"fmt"

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
			row(1000, "Overview", apiSummary(), apiTrends(), apiEndpointTable()),
			collapsedRow(1002, "Latency of endpoints", apiEndpointLatency(endpoints)),
			collapsedRow(1003, "Errors", apiErrors()),
			collapsedRow(1004, "Error budget", apiErrorBudget()),
			collapsedRow(1005, "Critical endpoints", apiCriticalEndpoints()),
			collapsedRow(1006, "Third parties", apiOutbound()),
			collapsedRow(1007, "Functions and edge network", apiEdge()),
		},
	}
}

const endpointLegend = "{{method}} {{route}} {{environment}}"

// noHistory applies to recorded windows, which consist of steps of 5 minutes.
const noHistory = "less than 5 minutes of history"

func apiSummary() []Panel {
	return grid(6, 4,
		statPanel(100, "Request rate", units.RequestsPerSecond,
			"Requests per second handled by functions, over 5 minutes.",
			query(requestSeries("origin:http_requests:rate5m"), requestLegend),
		),
		statPanel(101, "Current error rate", units.PercentUnit,
			"Share of requests with a 5xx response, over 5 minutes.",
			query(requestSeries("origin:http_request_errors:ratio_rate5m"), requestLegend),
		),
		statPanel(102, "P95 latency", units.Seconds,
			"95th percentile of the request latency, over 5 minutes.",
			query(requestSeries("origin:http_request_duration_seconds:p95_5m"), requestLegend),
		),
		statPanel(103, "P99 latency", units.Seconds,
			"99th percentile of the request latency, over 5 minutes.",
			query(requestSeries("origin:http_request_duration_seconds:p99_5m"), requestLegend),
		),
		statPanel(104, "Error budget remaining", units.PercentUnit,
			"Share of the error budget of 30 days that remains. Below 0 % the objective is missed; lower values than "+
				"-100 % are shown as -100 %. Absent on the first day: with less than 30 days of history, the budget "+
				"covers the available history.",
			budgetRemaining(),
		),
		statPanel(105, "Edge request rate", units.RequestsPerSecond,
			"Requests per second handled by Vercel's edge network, over 5 minutes. Includes cached and static "+
				"responses.",
			query(series("environment:marketplace_edge_requests:rate5m"), "edge {{environment}}"),
		),
	)
}

func apiTrends() []Panel {
	return grid(3, 8,
		timeSeriesPanel(1, "Latency", units.Seconds,
			"Latency of all requests over 5 minutes and 6 hours. At low traffic the P99 over 5 minutes is the latency of "+
				"a single request.",
			query(requestSeries("origin:http_request_duration_seconds:p50_5m"), "P50 "+requestLegend),
			query(requestSeries("origin:http_request_duration_seconds:p95_5m"), "P95 "+requestLegend),
			query(requestSeries("origin:http_request_duration_seconds:p99_5m"), "P99 "+requestLegend),
			query(requestSeries("origin:http_request_duration_seconds:p50_6h"), "P50 6h "+requestLegend).allowEmpty(noHistory),
			query(requestSeries("origin:http_request_duration_seconds:p95_6h"), "P95 6h "+requestLegend).allowEmpty(noHistory),
			query(requestSeries("origin:http_request_duration_seconds:p99_6h"), "P99 6h "+requestLegend).allowEmpty(noHistory),
			threshold("http_request_p50:seconds", "P50 limit"),
			threshold("http_request_p95:seconds", "P95 limit"),
			threshold("http_request_p99:seconds", "P99 limit"),
		).manySeries(),
		timeSeriesPanel(3, "Error rate", units.PercentUnit,
			"Share of requests with a 5xx response: all requests over 5 minutes and 6 hours, and the endpoints with the "+
				"highest error rate over 5 minutes and a day.",
			query(requestSeries("origin:http_request_errors:ratio_rate5m"), "all "+requestLegend),
			query(requestSeries("origin:http_request_errors:ratio_rate6h"), "6h all "+requestLegend),
			query(topK(3, requestSeries("endpoint:http_request_errors:ratio_rate5m")+" > 0"), endpointLegend).
				allowEmpty("no errors"),
			query(topK(3, requestSeries("endpoint:http_request_errors:ratio_rate1d")+" > 0"), "1d "+endpointLegend).
				allowEmpty("no errors"),
			threshold("http_request_errors:ratio", "limit"),
			threshold("http_slo_errors:ratio", "objective"),
		).manySeries(),
		timeSeriesPanel(2, "Endpoint latency relative to target", units.PercentUnit,
			"P95 over 5 minutes and over a day as a percentage of each endpoint's target. Above 100 % the target is missed.",
			query(relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_5m"), "{{route}} "+requestLegend),
			query(relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_1d"), "1d {{route}} "+requestLegend).
				allowEmpty(noHistory),
			limit("vector(1)", "target"),
		).manySeries(),
	)
}

// relativeToEndpointTarget divides a quantile by the target of its endpoint.
func relativeToEndpointTarget(quantile string) string {
	return requestSeries(quantile) + " / on (method, route) group_left () threshold:http_endpoint:seconds"
}

func apiEndpointTable() []Panel {
	worst := func(expr string) string { return maxBy("method, route, origin", expr) }
	// The targets get the labels of the latency, so that both share a row.
	target := "0 * " + requestSeries("endpoint:http_request_duration_seconds:p95_5m") +
		" + on (method, route) group_left () threshold:http_endpoint:seconds"
	return grid(1, 8,
		tablePanel(116, "Endpoints",
			"Traffic, errors and latency over 5 minutes. Requests are the sum over the selected environments; the other "+
				"columns show the worst environment. Routes that are not in the allowlist are counted as other.",
			column("sum by (method, route, origin) ("+requestSeries("endpoint:http_requests_all:rate5m")+") > 0",
				"requests", units.RequestsPerSecond),
			column(worst(requestSeries("endpoint:http_request_errors:ratio_rate5m")), "error rate", units.PercentUnit),
			column(worst(requestSeries("endpoint:http_request_errors:ratio_rate1d")), "error rate 1d", units.PercentUnit),
			column(worst(requestSeries("endpoint:http_request_duration_seconds:p50_5m")), "P50", units.Seconds),
			column(worst(requestSeries("endpoint:http_request_duration_seconds:p95_5m")), "P95", units.Seconds),
			column(worst(requestSeries("endpoint:http_request_duration_seconds:p99_5m")), "P99", units.Seconds),
			column(worst(target), "P95 target", units.Seconds),
		).largestFirst("requests"),
	)
}

// firstEndpointID is the ID of the first endpoint's panel. The others follow in the order of
// thresholds.yml.
const firstEndpointID = 200

// apiEndpointLatency returns a panel for each endpoint with a target, and one for all others.
func apiEndpointLatency(endpoints []rules.Threshold) []Panel {
	panels := []Panel{}
	for i, endpoint := range endpoints {
		id := firstEndpointID + uint32(i)
		panels = append(panels, endpointLatency(id, endpoint.Labels["method"], endpoint.Labels["route"]))
	}
	remainder := gridColumns - gridColumns/3*uint32(len(endpoints)%3) // of the last line
	p95 := requestSeries("endpoint:http_request_duration_seconds:p95_5m")
	return grid(3, 8, append(panels,
		timeSeriesPanel(115, "Endpoints without a target", units.Seconds,
			"The ten endpoints with the highest P95 over 5 minutes. To set a target, add a line to thresholds.yml.",
			query(topK(10, p95+" unless on (method, route) threshold:http_endpoint:seconds"), endpointLegend).
				allowEmpty("no requests to these endpoints"),
		).manySeries().width(remainder),
	)...)
}

func endpointLatency(id uint32, method, route string) Panel {
	endpoint := []string{fmt.Sprintf("method=%q", method), fmt.Sprintf("route=%q", route)}
	return timeSeriesPanel(id, method+" "+route, units.Seconds,
		"Latency over 5 minutes. The target applies to the P95.",
		query(requestSeries("endpoint:http_request_duration_seconds:p50_5m", endpoint...), "P50 "+requestLegend),
		query(requestSeries("endpoint:http_request_duration_seconds:p95_5m", endpoint...), "P95 "+requestLegend),
		query(requestSeries("endpoint:http_request_duration_seconds:p99_5m", endpoint...), "P99 "+requestLegend),
		threshold("http_endpoint:seconds", "P95 target", endpoint...),
	)
}
