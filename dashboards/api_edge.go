package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func apiPartners() []Panel {
	calls := in("marketplace_outbound_requests_total")
	duration := in("marketplace_outbound_request_duration_seconds_bucket")
	return []Panel{
		graph(Panel{
			ID: apiThirdParties, Title: "Calls that fail", Unit: units.PercentUnit,
			About: "Share of the calls to a host that it answered with 5xx, or not at all, of 5 minutes and of a day. " +
				"An answer of 4xx is a mistake of ours.",
			Queries: []Query{
				{Expr: in("host:marketplace_outbound_failures:ratio_rate5m"), Name: "{{host}} {{environment}}"},
				Query{Expr: in("host:marketplace_outbound_failures:ratio_rate1d"), Name: "of a day: {{host}} {{environment}}"}.orNothing(noHistory),
				limit("marketplace_outbound_failures:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: 140, Title: "Calls by outcome", Unit: units.RequestsPerSecond, Stacked: true,
			About:   "In a second, by host and what became of them.",
			Queries: []Query{{Expr: pushed("host, outcome", calls) + " > 0", Name: "{{host}} {{outcome}}"}},
		}),
		graph(Panel{
			ID: 141, Title: "P95 of calls", Unit: units.Seconds,
			About: "By host. What others take, our requests take at least.",
			Queries: []Query{
				{Expr: "histogram_quantile(0.95, " + pushed("host, le", duration) + ")", Name: "{{host}}"},
			},
		}),
	}
}

func apiEdge() []Panel {
	edge := in("marketplace_edge_requests_total")
	return []Panel{
		graph(Panel{
			ID: apiCrashes, Title: "Crashes", Unit: units.Short,
			About: "Requests without an answer, because the function crashed, ran out of time or out of memory.",
			Queries: []Query{
				{Expr: in("environment:marketplace_function_crashes:increase5m"), Name: "5 minutes {{environment}}"},
				limit("marketplace_function_crashes:count", "limit of 5 minutes", `window="5m"`),
				Query{Expr: in("environment:marketplace_function_crashes:increase1h"), Name: "an hour {{environment}}"}.
					orNothing(noHistory),
				limit("marketplace_function_crashes:count", "limit of an hour", `window="1h"`),
				Query{Expr: in("environment:marketplace_function_crashes:increase1d"), Name: "a day {{environment}}"}.
					orNothing(noHistory),
				limit("marketplace_function_crashes:count", "limit of a day", `window="1d"`),
			},
		}),
		bars(Panel{
			ID: 150, Title: "Crashes by route", Unit: units.Short,
			About: "In the time that is looked at.",
			Queries: []Query{
				{Expr: pushedInAll("route", in("marketplace_function_crashes_total")), Name: "{{route}}"},
			},
		}),
		graph(Panel{
			ID: 151, Title: "Firewall", Unit: units.RequestsPerSecond, Stacked: true,
			About: "Requests a second that Vercel's firewall acted on, by what it did.",
			Queries: []Query{
				Query{Expr: pushed("action", in("marketplace_firewall_actions_total")), Name: "{{action}}"}.orNothing("it let all pass"),
			},
		}),
		graph(Panel{
			ID: 152, Title: "Edge by status", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			About:   "Requests a second that Vercel answered, whoever did it: cache, files, redirects and functions.",
			Queries: []Query{{Expr: pushed("code", edge) + " > 0", Name: "{{code}}"}},
		}),
		graph(Panel{
			ID: 153, Title: "Edge by source", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			About:   "The same by who answered. A cache that answers less makes functions answer more, which costs time and money.",
			Queries: []Query{{Expr: pushed("source", edge) + " > 0", Name: "{{source}}"}},
		}),
	}
}
