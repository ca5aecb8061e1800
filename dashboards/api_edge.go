package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func apiOutbound() []Panel {
	requests := series("marketplace_outbound_requests_total")
	duration := series("marketplace_outbound_request_duration_seconds_bucket")
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 10, Title: "Outbound error rate", Unit: units.PercentUnit,
			Description: "Share of outbound requests with a 5xx response or without a response, by host, over 5 minutes and a " +
				"day. A 4xx response is an error of the application and is not counted.",
			Queries: []Query{
				{Expr: series("host:marketplace_outbound_failures:ratio_rate5m"), Legend: "{{host}} {{environment}}"},
				Query{Expr: series("host:marketplace_outbound_failures:ratio_rate1d"), Legend: "1d {{host}} {{environment}}"}.allowEmpty(noHistory),
				threshold("marketplace_outbound_failures:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 140, Title: "Outbound requests by outcome", Unit: units.RequestsPerSecond, Stacked: true,
			Description: "Outbound requests per second, by host and outcome.",
			Queries:     []Query{{Expr: sumRate("host, outcome", requests) + " > 0", Legend: "{{host}} {{outcome}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 141, Title: "Outbound latency, P95", Unit: units.Seconds,
			Description: "95th percentile of the latency of outbound requests, by host.",
			Queries: []Query{
				{Expr: "histogram_quantile(0.95, " + sumRate("host, le", duration) + ")", Legend: "{{host}}"},
			},
		}),
	}
}

func apiEdge() []Panel {
	edge := series("marketplace_edge_requests_total")
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 11, Title: "Function crashes", Unit: units.Short,
			Description: "Requests without a response because the function crashed, timed out or ran out of memory.",
			Queries: []Query{
				{Expr: series("environment:marketplace_function_crashes:increase5m"), Legend: "5m {{environment}}"},
				threshold("marketplace_function_crashes:count", "5m limit", `window="5m"`),
				Query{Expr: series("environment:marketplace_function_crashes:increase1h"), Legend: "1h {{environment}}"}.
					allowEmpty(noHistory),
				threshold("marketplace_function_crashes:count", "1h limit", `window="1h"`),
				Query{Expr: series("environment:marketplace_function_crashes:increase1d"), Legend: "1d {{environment}}"}.
					allowEmpty(noHistory),
				threshold("marketplace_function_crashes:count", "1d limit", `window="1d"`),
			},
		}),
		barGaugePanel(Panel{
			ID: 150, Title: "Function crashes by route", Unit: units.Short,
			Description: "Crashes in the selected time range.",
			Queries: []Query{
				{Expr: sumIncrease("route", series("marketplace_function_crashes_total")), Legend: "{{route}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 151, Title: "Firewall actions", Unit: units.RequestsPerSecond, Stacked: true,
			Description: "Requests per second on which Vercel's firewall acted, by action.",
			Queries: []Query{
				Query{Expr: sumRate("action", series("marketplace_firewall_actions_total")), Legend: "{{action}}"}.allowEmpty("the firewall allowed all requests"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 152, Title: "Edge requests by status", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			Description: "Requests per second handled by Vercel: cache, static files, redirects and functions.",
			Queries:     []Query{{Expr: sumRate("code", edge) + " > 0", Legend: "{{code}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 153, Title: "Edge requests by source", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			Description: "Requests per second by the source of the response. A lower share of the cache means more function " +
				"calls, which are slower and cost more.",
			Queries: []Query{{Expr: sumRate("source", edge) + " > 0", Legend: "{{source}}"}},
		}),
	}
}
