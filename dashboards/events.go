package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

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
	noResults := sumRate("environment", "marketplace_search_results_bucket", `le=~"0|0[.]0"`)
	searches := sumRate("environment", "marketplace_search_results_count")
	return grid(3, 10,
		timeSeriesPanel(1, "Logged errors per request", units.PercentUnit,
			"Messages of the level error or fatal per request to a function, over 5 minutes and an hour. Build output is "+
				"not counted.",
			query(series("environment:marketplace_log_errors:ratio_rate5m"), "errors {{environment}}"),
			query(series("environment:marketplace_log_errors:ratio_rate1h"), "errors 1h {{environment}}"),
			threshold("marketplace_log_errors:ratio", "limit"),
		),
		timeSeriesPanel(100, "Messages by level", units.CountsPerSecond,
			"Messages per second. The level is the logger's, or Vercel's if the message has none.",
			query(sumRate("level", "marketplace_log_messages_total"), "{{level}}"),
		).stacked(),
		timeSeriesPanel(102, "Log events", units.CountsPerSecond,
			"Messages per second that match an event in the allowlist, by their text or their event field.",
			query(sumRate("event", "marketplace_log_events_total"), "{{event}}"),
		).manySeries(),
		timeSeriesPanel(103, "Logins", units.CountsPerSecond,
			"Successful logins in the log and rejected logins, per second. A surge of rejected logins indicates "+
				"credential stuffing.",
			query(sumRate("event", "marketplace_log_events_total", `event="user_logged_in"`), "successful"),
			query(series("origin:http_rejected_logins:rate5m"), "rejected "+requestLegend),
		),
		timeSeriesPanel(110, "Custom events", units.CountsPerSecond,
			"Events per second. Names that are not in the allowlist are counted as other.",
			query(sumRate("event", "marketplace_events_total"), "{{event}}"),
		).stacked().manySeries(),
		timeSeriesPanel(120, "Searches without results", units.PercentUnit,
			"Share of searches. A rise indicates a broken search or unmet demand.",
			query(noResults+" / ("+searches+" > 0)", "searches {{environment}}"),
		),
	)
}

func logPanels() []Panel {
	return grid(2, 8,
		timeSeriesPanel(101, "Messages by source", units.CountsPerSecond,
			"Messages per second, by the part of Vercel that wrote them.",
			query(sumRate("source", "marketplace_log_messages_total"), "{{source}}"),
		).stacked(),
		timeSeriesPanel(121, "Results per search", units.Short, "Median number of results.",
			query(quantile(0.5, "environment", "marketplace_search_results_bucket"), "median {{environment}}"),
		),
	)
}

func customEvents() []Panel {
	return grid(2, 8,
		barGaugePanel(111, "Uploads by category", units.Short, "Uploaded prompts in the selected time range.",
			query(sumIncrease("category", "marketplace_events_total", `event="prompt_uploaded"`)+" > 0",
				"{{category}}"),
		),
		barGaugePanel(112, "Purchases by payment method", units.Short,
			"Purchases in the selected time range, as reported by browsers. The Business board has the payments from "+
				"the database.",
			query(sumIncrease("payment_method", "marketplace_events_total", `event="purchase_completed"`)+" > 0",
				"{{payment_method}}"),
		),
		statPanel(113, "Purchase amount", eachCurrency,
			"Amount in the selected time range by currency and payment method, as reported by browsers. Do not use "+
				"it for accounting.",
			query(sumIncrease("currency, payment_method", "marketplace_purchase_amount_total")+" > 0",
				"{{currency}} {{payment_method}}"),
		).fullWidth(5),
	)
}
