package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const eventsUID = "marketplace-events"

func eventsBoard() Board {
	return Board{
		UID: eventsUID, Title: "Marketplace / Events & logs", TimeFrom: "now-6h",
		Description:  "Log messages of the application, and custom events from the website.",
		Variables:    []Variable{requestEnvironment("environment:marketplace_function_requests:rate5m")},
		AlertMatcher: `component="api"`,
		Rows: []Row{
			row(1003, "Overview", eventsSummary()),
			collapsedRow(1000, "Logs and searches", logPanels()),
			collapsedRow(1001, "Custom events", customEvents()),
		},
	}
}

func eventsSummary() []Panel {
	// Prometheus 3 writes the bucket boundary 0 as 0.0.
	noResults := series("marketplace_search_results_bucket", `le=~"0|0[.]0"`)
	searches := series("marketplace_search_results_count")
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 1, Title: "Logged errors per request", Unit: units.PercentUnit, Height: 10,
			Description: "Messages of the level error or fatal per request to a function, over 5 minutes and an hour. Build output " +
				"is not counted.",
			Queries: []Query{
				{Expr: series("environment:marketplace_log_errors:ratio_rate5m"), Legend: "errors {{environment}}"},
				{Expr: series("environment:marketplace_log_errors:ratio_rate1h"), Legend: "errors 1h {{environment}}"},
				threshold("marketplace_log_errors:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 100, Title: "Messages by level", Unit: units.CountsPerSecond, Height: 10, Stacked: true,
			Description: "Messages per second. The level is the logger's, or Vercel's if the message has none.",
			Queries:     []Query{{Expr: sumRate("level", series("marketplace_log_messages_total")), Legend: "{{level}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 102, Title: "Log events", Unit: units.CountsPerSecond, Height: 10,
			Description: "Messages per second that match an event in the allowlist, by their text or their event field.",
			Queries: []Query{
				{Expr: sumRate("event", series("marketplace_log_events_total")), Legend: "{{event}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 103, Title: "Logins", Unit: units.CountsPerSecond, Height: 10,
			Description: "Successful logins in the log and rejected logins, per second. A surge of rejected logins indicates " +
				"credential stuffing.",
			Queries: []Query{
				{Expr: sumRate("event", series("marketplace_log_events_total", `event="user_logged_in"`)), Legend: "successful"},
				{Expr: series("origin:http_rejected_logins:rate5m"), Legend: "rejected " + requestLegend},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 110, Title: "Custom events", Unit: units.CountsPerSecond, Height: 10, Stacked: true,
			Description: "Events per second. Names that are not in the allowlist are counted as other.",
			Queries:     []Query{{Expr: sumRate("event", series("marketplace_events_total")), Legend: "{{event}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 120, Title: "Searches without results", Unit: units.PercentUnit, Height: 10,
			Description: "Share of searches. A rise indicates a broken search or unmet demand.",
			Queries: []Query{
				{Expr: sumRate("environment", noResults) + " / (" + sumRate("environment", searches) + " > 0)", Legend: "searches {{environment}}"},
			},
		}),
	}
}

func logPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 101, Title: "Messages by source", Unit: units.CountsPerSecond, Width: 12, Stacked: true,
			Description: "Messages per second, by the part of Vercel that wrote them.",
			Queries:     []Query{{Expr: sumRate("source", series("marketplace_log_messages_total")), Legend: "{{source}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 121, Title: "Results per search", Unit: units.Short, Width: 12,
			Description: "Median number of results.",
			Queries: []Query{
				{
					Expr:   "histogram_quantile(0.5, " + sumRate("environment, le", series("marketplace_search_results_bucket")) + ")",
					Legend: "median {{environment}}",
				},
			},
		}),
	}
}

func customEvents() []Panel {
	return []Panel{
		barGaugePanel(Panel{
			ID: 111, Title: "Uploads by category", Unit: units.Short, Width: 12,
			Description: "Uploaded prompts in the selected time range.",
			Queries: []Query{
				{Expr: sumIncrease("category", series("marketplace_events_total", `event="prompt_uploaded"`)) + " > 0", Legend: "{{category}}"},
			},
		}),
		barGaugePanel(Panel{
			ID: 112, Title: "Purchases by payment method", Unit: units.Short, Width: 12,
			Description: "Purchases in the selected time range, as reported by browsers. The Business board has the payments " +
				"from the database.",
			Queries: []Query{
				{Expr: sumIncrease("payment_method", series("marketplace_events_total", `event="purchase_completed"`)) + " > 0", Legend: "{{payment_method}}"},
			},
		}),
		statPanel(Panel{
			ID: 113, Title: "Purchase amount", Unit: units.Short, Width: 24, Height: 5, Currency: true,
			Description: "Amount in the selected time range by currency and payment method, as reported by browsers. Do not " +
				"use it for accounting.",
			Queries: []Query{
				{Expr: sumIncrease("currency, payment_method", series("marketplace_purchase_amount_total")) + " > 0", Legend: "{{currency}} {{payment_method}}"},
			},
		}),
	}
}
