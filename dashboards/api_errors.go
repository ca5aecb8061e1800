package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noWeek = "there is no week of history yet"

func apiErrorPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: apiErrors, Title: "Requests that fail", Unit: units.PercentUnit, Width: 12,
			About: "Share that was answered with 5xx: of all requests of 5 minutes and of 6 hours, " +
				"and of those endpoints with the most errors in the last 5 minutes and day.",
			Queries: []Query{
				{Expr: told("origin:http_request_errors:ratio_rate5m"), Name: "all " + who},
				{Expr: told("origin:http_request_errors:ratio_rate6h"), Name: "of 6 hours: all " + who},
				Query{Expr: top("3", told("endpoint:http_request_errors:ratio_rate5m")+" > 0"), Name: "{{method}} {{route}} {{environment}}"}.
					orNothing("nothing failed"),
				Query{Expr: top("3", told("endpoint:http_request_errors:ratio_rate1d")+" > 0"), Name: "of a day: {{method}} {{route}} {{environment}}"}.
					orNothing("nothing failed"),
				limit("http_request_errors:ratio", "limit"),
				limit("http_slo_errors:ratio", "objective"),
			},
		}),
		graph(Panel{
			ID: apiEarlierWeeks, Title: "Errors against earlier weeks", Unit: units.Short, Width: 12,
			About: "Requests of 5 minutes that were answered with 5xx, beside the mean of the same hour of up to three earlier weeks. " +
				"It is a spike where both limits are exceeded.",
			Queries: []Query{
				{Expr: told("origin:http_request_errors:increase5m"), Name: "now " + who},
				Query{Expr: earlierErrors(), Name: "earlier " + who}.orNothing(noWeek),
				limit("http_error_spike:count", "limit"),
				Query{
					Expr: earlierErrors() + " * scalar(" + thresholdSeries("http_error_spike:factor") + ")",
					Name: "limit by earlier weeks " + who, Limit: true,
				}.orNothing(noWeek),
			},
		}),
		graph(Panel{
			ID: apiValidation, Title: "Input that is refused", Unit: units.PercentUnit,
			About: "Share of the requests that were answered with 400 or 422: forms that lie to people, or a client that is out of date.",
			Queries: []Query{
				{Expr: told("origin:http_validation_errors:ratio_rate5m"), Name: who},
				{Expr: told("origin:http_validation_errors:ratio_rate1d"), Name: "of a day: " + who},
				limit("http_validation_errors:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: apiRateLimited, Title: "Rate limited", Unit: units.PercentUnit,
			About: "Share of the requests that were answered with 429.",
			Queries: []Query{
				{Expr: told("origin:http_rate_limited:ratio_rate5m"), Name: who},
				{Expr: told("origin:http_rate_limited:ratio_rate1d"), Name: "of a day: " + who},
				limit("http_rate_limited:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: 120, Title: "Errors by status", Unit: units.RequestsPerSecond, Stacked: true,
			About: "Answers of 4xx and 5xx a second. A single status leads to its cause: 401 a session, 404 a link, 504 something slow.",
			Queries: []Query{
				Query{Expr: "sum by (code, origin) (" + told("endpoint:http_requests:rate5m", `code=~"[45].."`) + ") > 0", Name: "{{code}} {{origin}}"}.
					orNothing("nothing failed"),
			},
		}),
	}
}

// earlierErrors are those of 5 minutes at this hour of earlier weeks.
func earlierErrors() string { return "300 * " + told("origin:http_request_errors:earlier_rate1h") }

func apiObjective() []Panel {
	burn := Panel{
		ID: apiBurn, Title: "Error budget burned", Unit: units.Short, Width: 12,
		About: "How many times faster than the objective allows the budget is used up: at 1 it lasts for just the 30 days. " +
			"The shorter the window, the higher its limit.",
		Queries: []Query{{Expr: told("origin:http_error_budget_burn:factor"), Name: "{{window}} " + who}},
	}
	for _, window := range []string{"1h", "6h", "1d", "3d"} {
		burn.Queries = append(burn.Queries, limit("http_burn:factor", "limit of "+window, `window="`+window+`"`))
	}
	return []Panel{
		graph(burn),
		graph(Panel{
			ID: 130, Title: "Error budget left", Unit: units.PercentUnit, Width: 12,
			About: "Of the errors that the objective allows in 30 days, or in the history that there is. It comes back as errors grow older than that.",
			Queries: []Query{
				{Expr: told("origin:http_error_budget_remaining:ratio30d"), Name: who},
				{Expr: "vector(0)", Name: "spent", Limit: true},
			},
		}),
	}
}

func apiCritical() []Panel {
	return []Panel{
		graph(Panel{
			ID: apiLogins, Title: "Logins", Unit: units.PercentUnit, Width: 12,
			About: "Share of the logins that failed with 5xx, which is a fault of ours; and how many of 5 minutes, and of a day, were refused with 401 or 403: " +
				"people forget passwords, but a surge is somebody who tries stolen ones.",
			Queries: []Query{
				{Expr: told("origin:http_login_errors:ratio_rate5m"), Name: "failed " + who},
				{Expr: of6Hours("/api/auth/login"), Name: "failed, of 6 hours: " + who},
				limit("http_endpoint_errors:ratio", "limit of failures"),
				Query{Expr: told("origin:http_refused_logins:increase5m"), Name: "refused " + who}.inUnit(units.Short),
				Query{Expr: "300 * " + told("origin:http_refused_logins:earlier_rate1h"), Name: "refused a week ago " + who}.
					inUnit(units.Short).orNothing(noWeek),
				limit("http_refused_logins:count", "limit of refusals", `history="week"`, `window="5m"`).inUnit(units.Short),
				limit("http_refused_logins:count", "limit without a week to compare", `history="none"`, `window="5m"`).inUnit(units.Short),
				Query{Expr: told("origin:http_refused_logins:increase", `window="1d"`), Name: "refused in a day " + who}.
					inUnit(units.Short).orNothing(noHistory),
				limit("http_refused_logins:count", "limit of refusals in a day", `history="week"`, `window="1d"`).inUnit(units.Short),
				limit("http_refused_logins:count", "limit in a day without a week", `history="none"`, `window="1d"`).inUnit(units.Short),
			},
		}),
		graph(Panel{
			ID: apiPayments, Title: "Payments", Unit: units.PercentUnit, Width: 6,
			About: "Share of the charges that failed with 5xx, and of the providers' webhooks that failed with 4xx or 5xx: to them, a refusal is a failure, too. " +
				"Of 5 minutes, and of 6 hours.",
			Queries: []Query{
				{Expr: told("origin:http_charge_errors:ratio_rate5m"), Name: "charge " + who},
				{Expr: told("endpoint:http_webhook_errors:ratio_rate5m"), Name: "{{route}} {{environment}}"},
				{Expr: of6Hours("/api/payments/charge"), Name: "of 6 hours: charge " + who},
				{Expr: told("endpoint:http_webhook_errors:ratio_rate6h"), Name: "of 6 hours: {{route}} {{environment}}"},
				limit("http_endpoint_errors:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: apiUploads, Title: "Uploads", Unit: units.PercentUnit, Width: 6,
			About: "Share of the uploads of prompts that failed with 5xx, of 5 minutes and of 6 hours.",
			Queries: []Query{
				{Expr: told("origin:http_upload_errors:ratio_rate5m"), Name: who},
				{Expr: of6Hours("/api/prompts/upload"), Name: "of 6 hours: " + who},
				limit("http_endpoint_errors:ratio", "limit"),
			},
		}),
	}
}

// of6Hours is the share of an endpoint's calls that failed, for where few come.
func of6Hours(route string) string {
	return told("endpoint:http_request_errors:ratio_rate6h", `method="POST"`, `route="`+route+`"`)
}
