package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noWeek = "less than a week of history"

func apiErrors() []Panel {
	// previousWeeks is the average number of errors in 5 minutes of this hour in previous weeks.
	previousWeeks := "300 * " + requestSeries("origin:http_request_errors:earlier_rate1h")
	return grid(2, 8,
		timeSeriesPanel(12, "Errors compared with previous weeks", units.Short,
			"5xx responses in 5 minutes, and the average of the same hour in up to three previous weeks. ErrorSpike "+
				"fires if both limits are exceeded.",
			query(requestSeries("origin:http_request_errors:increase5m"), "now "+requestLegend),
			query(previousWeeks, "previous weeks "+requestLegend).allowEmpty(noWeek),
			threshold("http_error_spike:count", "limit"),
			limit(previousWeeks+" * scalar("+thresholdSeries("http_error_spike:factor")+")",
				"limit from previous weeks "+requestLegend).allowEmpty(noWeek),
		),
		timeSeriesPanel(5, "Validation error rate", units.PercentUnit,
			"Share of requests with a 400 or 422 response. A rise indicates a broken form or an outdated client.",
			query(requestSeries("origin:http_validation_errors:ratio_rate5m"), requestLegend),
			query(requestSeries("origin:http_validation_errors:ratio_rate1d"), "1d "+requestLegend),
			threshold("http_validation_errors:ratio", "limit"),
		),
		timeSeriesPanel(6, "Rate-limited requests", units.PercentUnit,
			"Share of requests with a 429 response.",
			query(requestSeries("origin:http_rate_limited:ratio_rate5m"), requestLegend),
			query(requestSeries("origin:http_rate_limited:ratio_rate1d"), "1d "+requestLegend),
			threshold("http_rate_limited:ratio", "limit"),
		),
		timeSeriesPanel(120, "Errors by status", units.RequestsPerSecond,
			"4xx and 5xx responses per second.",
			query("sum by (code, origin) ("+requestSeries("endpoint:http_requests:rate5m", `code=~"[45].."`)+") > 0",
				"{{code}} {{origin}}").allowEmpty("no errors"),
		).stacked().manySeries(),
	)
}

// budgetRemaining returns the remaining share of the error budget. On the first day of history, a
// short outage would exceed the budget many times, so there is no value.
func budgetRemaining() Query {
	return query("clamp_min("+requestSeries("origin:http_error_budget_remaining:ratio30d")+", -1) and on (environment, origin) "+
		requestSeries("origin:http_requests:rate5m")+" offset 1d", requestLegend).allowEmpty("less than a day of history")
}

func apiErrorBudget() []Panel {
	return grid(2, 8,
		timeSeriesPanel(4, "Error budget burn rate", units.Short,
			"Burn rate of the error budget. At 1 the budget lasts exactly 30 days. Shorter windows have higher limits.",
			query(requestSeries("origin:http_error_budget_burn:factor"), "{{window}} "+requestLegend),
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
			"Share of logins with a 5xx response, and number of logins rejected with 401 or 403 in 5 minutes and in a "+
				"day. A surge of rejected logins indicates credential stuffing.",
			query(requestSeries("origin:http_login_errors:ratio_rate5m"), "error rate "+requestLegend),
			query(errorRate6h("/api/auth/login"), "error rate 6h "+requestLegend),
			threshold("http_endpoint_errors:ratio", "error rate limit"),
			rejected(requestSeries("origin:http_rejected_logins:increase5m"), "rejected"),
			rejected("300 * "+requestSeries("origin:http_rejected_logins:earlier_rate1h"), "rejected a week ago").
				allowEmpty(noWeek),
			rejectedLimit("rejected limit", `history="week"`, `window="5m"`),
			rejectedLimit("rejected limit without history", `history="none"`, `window="5m"`),
			rejected(requestSeries("origin:http_rejected_logins:increase", `window="1d"`), "rejected 1d").allowEmpty(noHistory),
			rejectedLimit("rejected limit 1d", `history="week"`, `window="1d"`),
			rejectedLimit("rejected limit 1d without history", `history="none"`, `window="1d"`),
		).manySeries().width(12),
		timeSeriesPanel(8, "Payments", units.PercentUnit,
			"Share of charges with a 5xx response and of payment webhooks with a 4xx or 5xx response, over 5 minutes "+
				"and 6 hours. Providers treat a 4xx response as a failed delivery.",
			query(requestSeries("origin:http_charge_errors:ratio_rate5m"), "charge "+requestLegend),
			query(requestSeries("endpoint:http_webhook_errors:ratio_rate5m"), "{{route}} {{environment}}"),
			query(errorRate6h("/api/payments/charge"), "6h charge "+requestLegend),
			query(requestSeries("endpoint:http_webhook_errors:ratio_rate6h"), "6h {{route}} {{environment}}"),
			threshold("http_endpoint_errors:ratio", "limit"),
		).manySeries(),
		timeSeriesPanel(9, "Uploads", units.PercentUnit,
			"Share of prompt uploads with a 5xx response, over 5 minutes and 6 hours.",
			query(requestSeries("origin:http_upload_errors:ratio_rate5m"), requestLegend),
			query(errorRate6h("/api/prompts/upload"), "6h "+requestLegend),
			threshold("http_endpoint_errors:ratio", "limit"),
		),
	)
}

// errorRate6h returns the error rate of an endpoint, for low traffic.
func errorRate6h(route string) string {
	return requestSeries("endpoint:http_request_errors:ratio_rate6h", `method="POST"`, `route="`+route+`"`)
}
