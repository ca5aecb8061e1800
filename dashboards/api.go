package dashboards

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/aimarketplace/monitoring/rules"
)

func apiBoard(endpoints []rules.Threshold) Board {
	return Board{
		UID: apiUID, Title: "Marketplace / API", TimeFrom: "now-6h",
		Description:  "Requests handled by functions: latency, errors, error budget and dependencies.",
		Variables:    []Variable{requestEnvironment("origin:http_requests:rate5m"), origin()},
		AlertMatcher: `component=~"api|payments|uploads"`,
		Rows: []Row{
			row(1000, "Overview", apiSummary(), apiTrends(), apiEndpointTable()),
			collapsedRow(1008, "Traffic and targets", apiTraffic()),
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

func apiSummary() []Panel {
	return grid(6, 4,
		statPanel(100, "Request rate", units.RequestsPerSecond,
			"Requests per second handled by functions, over 5 minutes.",
			query(requests("origin:http_requests:rate5m"), requestLegend),
		),
		statPanel(101, "Current error rate", units.PercentUnit,
			"Share of requests with a 5xx response, over 5 minutes.",
			query(requests("origin:http_request_errors:ratio_rate5m"), requestLegend),
		),
		statPanel(102, "P95 latency", units.Seconds, "95th percentile of the request latency, over 5 minutes.",
			query(requests("origin:http_request_duration_seconds:p95_5m"), requestLegend),
		),
		statPanel(103, "P99 latency", units.Seconds, "99th percentile of the request latency, over 5 minutes.",
			query(requests("origin:http_request_duration_seconds:p99_5m"), requestLegend),
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
			"Latency of all requests over 5 minutes and 6 hours. At low traffic the P99 over 5 minutes is the latency "+
				"of a single request.",
			query(requests("origin:http_request_duration_seconds:p50_5m"), "P50 "+requestLegend),
			query(requests("origin:http_request_duration_seconds:p95_5m"), "P95 "+requestLegend),
			query(requests("origin:http_request_duration_seconds:p99_5m"), "P99 "+requestLegend),
			query(requests("origin:http_request_duration_seconds:p50_6h"), "P50 6h "+requestLegend).emptyIf(noHistory),
			query(requests("origin:http_request_duration_seconds:p95_6h"), "P95 6h "+requestLegend).emptyIf(noHistory),
			query(requests("origin:http_request_duration_seconds:p99_6h"), "P99 6h "+requestLegend).emptyIf(noHistory),
			threshold("http_request_p50:seconds", "P50 limit"),
			threshold("http_request_p95:seconds", "P95 limit"),
			threshold("http_request_p99:seconds", "P99 limit"),
		).manySeries(),
		timeSeriesPanel(3, "Error rate", units.PercentUnit,
			"Share of requests with a 5xx response: all requests over 5 minutes and 6 hours, and the endpoints with "+
				"the highest error rate over 5 minutes and a day.",
			query(requests("origin:http_request_errors:ratio_rate5m"), "all "+requestLegend),
			query(requests("origin:http_request_errors:ratio_rate6h"), "6h all "+requestLegend),
			query(topK(3, requests("endpoint:http_request_errors:ratio_rate5m")+" > 0"), endpointLegend).
				emptyIf("no errors"),
			query(topK(3, requests("endpoint:http_request_errors:ratio_rate1d")+" > 0"), "1d "+endpointLegend).
				emptyIf("no errors"),
			threshold("http_request_errors:ratio", "limit"),
			threshold("http_slo_errors:ratio", "objective"),
			threshold("http_requests_failing:ratio", "P0 limit"),
		).manySeries(),
		timeSeriesPanel(2, "Endpoint latency relative to target", units.PercentUnit,
			"P95 over 5 minutes and P50 over a day as a percentage of each endpoint's target. Above 100 % the target is "+
				"missed.",
			query(relativeToEndpointTarget("endpoint:http_request_duration_seconds:p95_5m"), "{{route}} "+requestLegend),
			query(relativeToEndpointTarget("endpoint:http_request_duration_seconds:p50_1d"), "P50 1d {{route}} "+requestLegend).
				emptyIf(noHistory),
			limit("vector(1)", "target"),
		).manySeries(),
	)
}

// relativeToEndpointTarget divides a quantile by the target of its endpoint.
func relativeToEndpointTarget(metric string) string {
	return requests(metric) + " / on (method, route) group_left () threshold:http_endpoint:seconds"
}

func apiEndpointTable() []Panel {
	worst := func(expr string) string { return maxBy("method, route, origin", expr) }
	// The targets get the labels of the latency, so that both share a row.
	target := "0 * " + requests("endpoint:http_request_duration_seconds:p95_5m") +
		" + on (method, route) group_left () threshold:http_endpoint:seconds"
	return grid(1, 8,
		tablePanel(116, "Endpoints",
			"Traffic, errors and latency over 5 minutes. Requests are the sum over the selected environments; the "+
				"other columns show the worst environment. Routes that are not in the allowlist are counted as other.",
			column("sum by (method, route, origin) ("+requests("endpoint:http_requests_all:rate5m")+") > 0",
				"requests", units.RequestsPerSecond),
			column(worst(requests("endpoint:http_request_errors:ratio_rate5m")), "error rate", units.PercentUnit),
			column(worst(requests("endpoint:http_request_errors:ratio_rate1d")), "error rate 1d", units.PercentUnit),
			column(worst(requests("endpoint:http_request_duration_seconds:p50_5m")), "P50", units.Seconds),
			column(worst(requests("endpoint:http_request_duration_seconds:p95_5m")), "P95", units.Seconds),
			column(worst(requests("endpoint:http_request_duration_seconds:p99_5m")), "P99", units.Seconds),
			column(worst(target), "P95 target", units.Seconds),
		).largestFirst("requests"),
	)
}

// apiEndpointLatency returns a panel for each endpoint with a target, and one for all others.
func apiEndpointLatency(endpoints []rules.Threshold) []Panel {
	const firstID = 200 // the others follow in the order of thresholds.yml
	panels := []Panel{}
	for i, endpoint := range endpoints {
		method, route := endpoint.Labels["method"], endpoint.Labels["route"]
		matchers := []string{fmt.Sprintf("method=%q", method), fmt.Sprintf("route=%q", route)}
		latency := func(quantile string) Query {
			series := requests("endpoint:http_request_duration_seconds:"+strings.ToLower(quantile)+"_5m", matchers...)
			return query(series, quantile+" "+requestLegend).emptyIf("no requests to the endpoint")
		}
		panels = append(panels, timeSeriesPanel(firstID+uint32(i), method+" "+route, units.Seconds,
			"Latency over 5 minutes. The target applies to the P95.",
			latency("P50"), latency("P95"), latency("P99"),
			sharedThreshold("http_endpoint:seconds", "P95 target", matchers...),
		))
	}
	remainder := gridColumns - gridColumns/3*uint32(len(endpoints)%3) // of the last line
	p95 := requests("endpoint:http_request_duration_seconds:p95_5m")
	return grid(3, 8, append(panels,
		timeSeriesPanel(115, "Endpoints without a target", units.Seconds,
			"The ten endpoints with the highest P95 over 5 minutes. To set a target, add an override.",
			query(topK(10, p95+" unless on (method, route) threshold:http_endpoint:seconds"), endpointLegend).
				emptyIf("no requests to these endpoints"),
		).manySeries().width(remainder),
	)...)
}

func apiErrors() []Panel {
	// previousWeeks is the median number of errors in 5 minutes of this hour in previous weeks.
	previousWeeks := "300 * " + requests("origin:http_request_errors:earlier_rate1h")
	return grid(2, 8,
		timeSeriesPanel(12, "Errors compared with previous weeks", units.Short,
			"5xx responses in 5 minutes, and the median of the same hour in up to three previous weeks. ErrorSpike fires "+
				"if both limits are exceeded and the share of errors has risen by the same factor.",
			query(requests("origin:http_request_errors:increase5m"), "now "+requestLegend),
			query(previousWeeks, "previous weeks "+requestLegend).emptyIf(noWeek),
			threshold("http_error_spike:count", "limit"),
			limit(times(previousWeeks, "http_error_spike:factor"),
				"limit from previous weeks "+requestLegend).emptyIf(noWeek),
		),
		timeSeriesPanel(5, "Validation error rate", units.PercentUnit,
			"Share of requests with a 400 or 422 response. A rise indicates a broken form or an outdated client.",
			query(requests("origin:http_validation_errors:ratio_rate5m"), requestLegend),
			query(requests("origin:http_validation_errors:ratio_rate1d"), "1d "+requestLegend),
			threshold("http_validation_errors:ratio", "limit"),
		),
		timeSeriesPanel(6, "Rate-limited requests", units.PercentUnit, "Share of requests with a 429 response.",
			query(requests("origin:http_rate_limited:ratio_rate5m"), requestLegend),
			query(requests("origin:http_rate_limited:ratio_rate1d"), "1d "+requestLegend),
			threshold("http_rate_limited:ratio", "limit"),
		),
		timeSeriesPanel(120, "Errors by status", units.RequestsPerSecond, "4xx and 5xx responses per second.",
			query("sum by (code, origin) ("+requests("endpoint:http_requests:rate5m", `code=~"[45].."`)+") > 0",
				"{{code}} {{origin}}").emptyIf("no errors"),
		).stacked().manySeries(),
	)
}

// budgetRemaining returns the remaining share of the error budget. On the first day of history, a
// short outage would exceed the budget many times, so there is no value.
func budgetRemaining() Query {
	remaining := "clamp_min(" + requests("origin:http_error_budget_remaining:ratio30d") + ", -1)"
	dayAgo := requests("origin:http_requests:rate5m") + " offset 1d"
	return query(remaining+" and on (environment, origin) "+dayAgo, requestLegend).emptyIf(noDay)
}

func apiErrorBudget() []Panel {
	return grid(2, 8,
		timeSeriesPanel(4, "Error budget burn rate", units.Short,
			"Burn rate of the error budget. At 1 the budget lasts exactly 30 days. Shorter windows have higher limits.",
			query(requests("origin:http_error_budget_burn:factor"), "{{window}} "+requestLegend),
			threshold("http_burn:factor", "limit 1h", `window="1h"`),
			threshold("http_burn:factor", "limit 6h", `window="6h"`),
			threshold("http_burn:factor", "limit 1d", `window="1d"`),
			threshold("http_burn:factor", "limit 3d", `window="3d"`),
		),
		timeSeriesPanel(130, "Error budget remaining", units.PercentUnit,
			"Share of the error budget of 30 days, or of the available history, that remains. It recovers when errors "+
				"become older than 30 days. Absent on the first day, and at least -100 %.",
			budgetRemaining(),
			limit("vector(0)", "exhausted"),
		),
	)
}

func apiCriticalEndpoints() []Panel {
	rejected := func(expr, legend string) Query { return query(expr, legend+" "+requestLegend).withUnit(units.Short) }
	rejectedLimit := func(legend string, matchers ...string) Query {
		return threshold("http_rejected_logins:count", legend, matchers...).withUnit(units.Short)
	}
	return grid(4, 8,
		timeSeriesPanel(7, "Logins", units.PercentUnit,
			"Share of logins with a 5xx response (all over 5 minutes, each endpoint over 6 hours), and share and number of "+
				"logins rejected with 401 or 403 in 5 minutes and in a day. A surge of rejected logins indicates credential stuffing.",
			query(requests("origin:http_login_errors:ratio_rate5m"), "error rate "+requestLegend),
			query(criticalErrorRate6h("login"), "error rate 6h {{method}} {{route}} "+requestLegend),
			threshold("http_endpoint_errors:ratio", "error rate limit"),
			rejected(requests("origin:http_rejected_logins:increase5m"), "rejected"),
			rejected("300 * "+requests("origin:http_rejected_logins:earlier_rate1h"), "rejected a week ago").
				emptyIf(noWeek),
			query(requests("origin:http_rejected_logins:ratio_rate5m"), "rejected share "+requestLegend),
			threshold("http_rejected_logins:ratio", "rejected share limit"),
			rejectedLimit("rejected limit", `history="week"`, `window="5m"`),
			rejectedLimit("rejected limit without history", `history="none"`, `window="5m"`),
			rejected(requests("origin:http_rejected_logins:increase", `window="1d"`), "rejected 1d").emptyIf(noHistory),
			rejectedLimit("rejected limit 1d", `history="week"`, `window="1d"`),
			rejectedLimit("rejected limit 1d without history", `history="none"`, `window="1d"`),
		).manySeries().width(12),
		timeSeriesPanel(8, "Payments", units.PercentUnit,
			"Share of charges with a 5xx response and of payment webhooks with a 4xx or 5xx response, over 5 minutes "+
				"and 6 hours. Providers treat a 4xx response as a failed delivery.",
			query(requests("origin:http_charge_errors:ratio_rate5m"), "charge "+requestLegend),
			query(requests("endpoint:http_webhook_errors:ratio_rate5m"), "{{route}} {{environment}}"),
			query(criticalErrorRate6h("charge"), "6h {{method}} {{route}} "+requestLegend),
			query(requests("endpoint:http_webhook_errors:ratio_rate6h"), "6h {{route}} {{environment}}"),
			threshold("http_endpoint_errors:ratio", "limit"),
		).manySeries(),
		timeSeriesPanel(9, "Uploads", units.PercentUnit,
			"Share of uploads with a 5xx response: all over 5 minutes, and each endpoint over 6 hours.",
			query(requests("origin:http_upload_errors:ratio_rate5m"), requestLegend),
			query(criticalErrorRate6h("upload"), "6h {{method}} {{route}} "+requestLegend),
			threshold("http_endpoint_errors:ratio", "limit"),
		),
	)
}

// criticalErrorRate6h returns the error rates of the endpoints with a purpose, for low traffic.
func criticalErrorRate6h(purpose string) string {
	return ofCriticalEndpoints(requests("endpoint:http_request_errors:ratio_rate6h"), purpose)
}

func apiOutbound() []Panel {
	return grid(3, 8,
		timeSeriesPanel(10, "Outbound error rate", units.PercentUnit,
			"Share of outbound requests with a 5xx response or without a response, by host, over 5 minutes and a "+
				"day. A 4xx response is an error of the application and is not counted.",
			query(series("host:marketplace_outbound_failures:ratio_rate5m"), "{{host}} {{environment}}"),
			query(series("host:marketplace_outbound_failures:ratio_rate1d"), "1d {{host}} {{environment}}").
				emptyIf(noHistory),
			threshold("marketplace_outbound_failures:ratio", "limit"),
		).manySeries(),
		timeSeriesPanel(140, "Outbound requests by outcome", units.RequestsPerSecond,
			"Outbound requests per second, by host and outcome.",
			query(sumRate("host, outcome", "marketplace_outbound_requests_total")+" > 0", "{{host}} {{outcome}}"),
		).stacked().manySeries(),
		timeSeriesPanel(141, "Outbound latency, P95", units.Seconds,
			"95th percentile of the latency of outbound requests, by host.",
			query(quantile(0.95, "host", "marketplace_outbound_request_duration_seconds_bucket"), "{{host}}"),
		),
	)
}

func apiEdge() []Panel {
	return grid(3, 8,
		timeSeriesPanel(11, "Function crashes", units.Short,
			"Requests without a response because the function crashed, timed out or ran out of memory, and their share of "+
				"the requests to functions.",
			query(series("environment:marketplace_function_crashes:increase5m"), "5m {{environment}}"),
			threshold("marketplace_function_crashes:count", "5m limit", `window="5m"`),
			query(series("environment:marketplace_function_crashes:increase1h"), "1h {{environment}}").
				emptyIf(noHistory),
			threshold("marketplace_function_crashes:count", "1h limit", `window="1h"`),
			query(series("environment:marketplace_function_crashes:increase1d"), "1d {{environment}}").
				emptyIf(noHistory),
			threshold("marketplace_function_crashes:count", "1d limit", `window="1d"`),
			query(series("environment:marketplace_function_crashes:ratio_rate5m"), "share 5m {{environment}}").
				withUnit(units.PercentUnit),
			threshold("marketplace_function_crashes:ratio", "share limit").withUnit(units.PercentUnit),
		),
		barGaugePanel(150, "Function crashes by route", units.Short, "Crashes in the selected time range.",
			query(sumIncrease("route", "marketplace_function_crashes_total"), "{{route}}"),
		),
		timeSeriesPanel(151, "Firewall actions", units.RequestsPerSecond,
			"Requests per second on which Vercel's firewall acted, by action.",
			query(sumRate("action", "marketplace_firewall_actions_total"), "{{action}}").
				emptyIf("the firewall allowed all requests"),
		).stacked(),
		timeSeriesPanel(152, "Edge requests by status", units.RequestsPerSecond,
			"Requests per second handled by Vercel: cache, static files, redirects and functions.",
			query(sumRate("code", "marketplace_edge_requests_total")+" > 0", "{{code}}"),
		).stacked().manySeries().width(12),
		timeSeriesPanel(153, "Edge requests by source", units.RequestsPerSecond,
			"Requests per second by the source of the response. A lower share of the cache means more function "+
				"calls, which are slower and cost more.",
			query(sumRate("source", "marketplace_edge_requests_total")+" > 0", "{{source}}"),
		).stacked().width(12),
	)
}
