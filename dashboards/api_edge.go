package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func apiOutbound() []Panel {
	return grid(3, 8,
		timeSeriesPanel(10, "Outbound error rate", units.PercentUnit,
			"Share of outbound requests with a 5xx response or without a response, by host, over 5 minutes and a "+
				"day. A 4xx response is an error of the application and is not counted.",
			query(series("host:marketplace_outbound_failures:ratio_rate5m"), "{{host}} {{environment}}"),
			query(series("host:marketplace_outbound_failures:ratio_rate1d"), "1d {{host}} {{environment}}").
				allowEmpty(noHistory),
			threshold("marketplace_outbound_failures:ratio", "limit"),
		).manySeries(),
		timeSeriesPanel(140, "Outbound requests by outcome", units.RequestsPerSecond,
			"Outbound requests per second, by host and outcome.",
			query(sumRate("host, outcome", series("marketplace_outbound_requests_total"))+" > 0", "{{host}} {{outcome}}"),
		).stacked().manySeries(),
		timeSeriesPanel(141, "Outbound latency, P95", units.Seconds,
			"95th percentile of the latency of outbound requests, by host.",
			query(quantile(0.95, "host", series("marketplace_outbound_request_duration_seconds_bucket")), "{{host}}"),
		),
	)
}

func apiEdge() []Panel {
	edge := series("marketplace_edge_requests_total")
	return grid(3, 8,
		timeSeriesPanel(11, "Function crashes", units.Short,
			"Requests without a response because the function crashed, timed out or ran out of memory.",
			query(series("environment:marketplace_function_crashes:increase5m"), "5m {{environment}}"),
			threshold("marketplace_function_crashes:count", "5m limit", `window="5m"`),
			query(series("environment:marketplace_function_crashes:increase1h"), "1h {{environment}}").allowEmpty(noHistory),
			threshold("marketplace_function_crashes:count", "1h limit", `window="1h"`),
			query(series("environment:marketplace_function_crashes:increase1d"), "1d {{environment}}").allowEmpty(noHistory),
			threshold("marketplace_function_crashes:count", "1d limit", `window="1d"`),
		),
		barGaugePanel(150, "Function crashes by route", units.Short,
			"Crashes in the selected time range.",
			query(sumIncrease("route", series("marketplace_function_crashes_total")), "{{route}}"),
		),
		timeSeriesPanel(151, "Firewall actions", units.RequestsPerSecond,
			"Requests per second on which Vercel's firewall acted, by action.",
			query(sumRate("action", series("marketplace_firewall_actions_total")), "{{action}}").
				allowEmpty("the firewall allowed all requests"),
		).stacked(),
		timeSeriesPanel(152, "Edge requests by status", units.RequestsPerSecond,
			"Requests per second handled by Vercel: cache, static files, redirects and functions.",
			query(sumRate("code", edge)+" > 0", "{{code}}"),
		).stacked().manySeries().width(12),
		timeSeriesPanel(153, "Edge requests by source", units.RequestsPerSecond,
			"Requests per second by the source of the response. A lower share of the cache means more function "+
				"calls, which are slower and cost more.",
			query(sumRate("source", edge)+" > 0", "{{source}}"),
		).stacked().width(12),
	)
}
