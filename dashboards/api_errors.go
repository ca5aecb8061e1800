package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noWeek = "less than a week of history"

func apiErrorPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 12, Title: "Errors compared with previous weeks", Unit: units.Short, Width: 12,
			Description: "5xx responses in 5 minutes, and the average of the same hour in up to three previous weeks. " +
				"ErrorSpike fires if both limits are exceeded.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_request_errors:increase5m"), Legend: "now " + requestLegend},
				Query{Expr: previousWeeksErrors(), Legend: "previous weeks " + requestLegend}.allowEmpty(noWeek),
				threshold("http_error_spike:count", "limit"),
				Query{
					Expr:   previousWeeksErrors() + " * scalar(" + thresholdSeries("http_error_spike:factor") + ")",
					Legend: "limit from previous weeks " + requestLegend, Threshold: true,
				}.allowEmpty(noWeek),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 5, Title: "Validation error rate", Unit: units.PercentUnit, Width: 12,
			Description: "Share of requests with a 400 or 422 response. A rise indicates a broken form or an outdated client.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_validation_errors:ratio_rate5m"), Legend: requestLegend},
				{Expr: requestSeries("origin:http_validation_errors:ratio_rate1d"), Legend: "1d " + requestLegend},
				threshold("http_validation_errors:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 6, Title: "Rate-limited requests", Unit: units.PercentUnit, Width: 12,
			Description: "Share of requests with a 429 response.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_rate_limited:ratio_rate5m"), Legend: requestLegend},
				{Expr: requestSeries("origin:http_rate_limited:ratio_rate1d"), Legend: "1d " + requestLegend},
				threshold("http_rate_limited:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 120, Title: "Errors by status", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			Description: "4xx and 5xx responses per second.",
			Queries: []Query{
				Query{Expr: "sum by (code, origin) (" + requestSeries("endpoint:http_requests:rate5m", `code=~"[45].."`) + ") > 0", Legend: "{{code}} {{origin}}"}.
					allowEmpty("no errors"),
			},
		}),
	}
}

// budgetRemaining returns the remaining share of the error budget. On the first day of history, a short outage would
// exceed the budget many times, so there is no value.
func budgetRemaining() Query {
	return Query{
		Expr: "clamp_min(" + requestSeries("origin:http_error_budget_remaining:ratio30d") + ", -1) and on (environment, origin) " +
			requestSeries("origin:http_requests:rate5m") + " offset 1d",
		Legend: requestLegend,
	}.allowEmpty("less than a day of history")
}

// previousWeeksErrors returns the average number of errors in 5 minutes of this hour in previous weeks.
func previousWeeksErrors() string {
	return "300 * " + requestSeries("origin:http_request_errors:earlier_rate1h")
}

func apiErrorBudget() []Panel {
	burn := Panel{
		ID: 4, Title: "Error budget burn rate", Unit: units.Short, Width: 12,
		Description: "Burn rate of the error budget. At 1 the budget lasts exactly 30 days. Shorter windows have higher " +
			"limits.",
		Queries: []Query{{Expr: requestSeries("origin:http_error_budget_burn:factor"), Legend: "{{window}} " + requestLegend}},
	}
	for _, window := range []string{"1h", "6h", "1d", "3d"} {
		burn.Queries = append(burn.Queries, threshold("http_burn:factor", "limit "+window, `window="`+window+`"`))
	}
	return []Panel{
		timeSeriesPanel(burn),
		timeSeriesPanel(Panel{
			ID: 130, Title: "Error budget remaining", Unit: units.PercentUnit, Width: 12,
			Description: "Share of the error budget of 30 days, or of the available history, that remains. It recovers when " +
				"errors become older than 30 days. Absent on the first day, and at least -100 %.",
			Queries: []Query{
				budgetRemaining(),
				{Expr: "vector(0)", Legend: "exhausted", Threshold: true},
			},
		}),
	}
}

func apiCriticalEndpoints() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 7, Title: "Logins", Unit: units.PercentUnit, Width: 12,
			Description: "Share of logins with a 5xx response, and number of logins rejected with 401 or 403 in 5 minutes and " +
				"in a day. A surge of rejected logins indicates credential stuffing.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_login_errors:ratio_rate5m"), Legend: "error rate " + requestLegend},
				{Expr: errorRate6h("/api/auth/login"), Legend: "error rate 6h " + requestLegend},
				threshold("http_endpoint_errors:ratio", "error rate limit"),
				Query{Expr: requestSeries("origin:http_rejected_logins:increase5m"), Legend: "rejected " + requestLegend}.withUnit(units.Short),
				Query{Expr: "300 * " + requestSeries("origin:http_rejected_logins:earlier_rate1h"), Legend: "rejected a week ago " + requestLegend}.
					withUnit(units.Short).allowEmpty(noWeek),
				threshold("http_rejected_logins:count", "rejected limit", `history="week"`, `window="5m"`).withUnit(units.Short),
				threshold("http_rejected_logins:count", "rejected limit without history", `history="none"`, `window="5m"`).withUnit(units.Short),
				Query{Expr: requestSeries("origin:http_rejected_logins:increase", `window="1d"`), Legend: "rejected 1d " + requestLegend}.
					withUnit(units.Short).allowEmpty(noHistory),
				threshold("http_rejected_logins:count", "rejected limit 1d", `history="week"`, `window="1d"`).withUnit(units.Short),
				threshold("http_rejected_logins:count", "rejected limit 1d without history", `history="none"`, `window="1d"`).withUnit(units.Short),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 8, Title: "Payments", Unit: units.PercentUnit, Width: 6,
			Description: "Share of charges with a 5xx response and of payment webhooks with a 4xx or 5xx response, over 5 " +
				"minutes and 6 hours. Providers treat a 4xx response as a failed delivery.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_charge_errors:ratio_rate5m"), Legend: "charge " + requestLegend},
				{Expr: requestSeries("endpoint:http_webhook_errors:ratio_rate5m"), Legend: "{{route}} {{environment}}"},
				{Expr: errorRate6h("/api/payments/charge"), Legend: "6h charge " + requestLegend},
				{Expr: requestSeries("endpoint:http_webhook_errors:ratio_rate6h"), Legend: "6h {{route}} {{environment}}"},
				threshold("http_endpoint_errors:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 9, Title: "Uploads", Unit: units.PercentUnit, Width: 6,
			Description: "Share of prompt uploads with a 5xx response, over 5 minutes and 6 hours.",
			Queries: []Query{
				{Expr: requestSeries("origin:http_upload_errors:ratio_rate5m"), Legend: requestLegend},
				{Expr: errorRate6h("/api/prompts/upload"), Legend: "6h " + requestLegend},
				threshold("http_endpoint_errors:ratio", "limit"),
			},
		}),
	}
}

// errorRate6h returns the error rate of an endpoint, for low traffic.
func errorRate6h(route string) string {
	return requestSeries("endpoint:http_request_errors:ratio_rate6h", `method="POST"`, `route="`+route+`"`)
}
