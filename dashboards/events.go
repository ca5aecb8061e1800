package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func events() Board {
	return Board{
		UID: eventsUID, Title: "Marketplace / Events & logs", From: "now-6h",
		Description: "What the application writes into its log, and what people do on the website.",
		Variables:   []Variable{application("environment:marketplace_log_messages:rate5m")},
		Alerts:      `component="api"`,
		Rows: []Row{
			{1000, "Logs", logPanels()},
			{1001, "What people do", customEvents()},
			{1002, "Searches", searchPanels()},
		},
	}
}

func logPanels() []Panel {
	messages := in("marketplace_log_messages_total")
	return []Panel{
		graph(Panel{
			ID: eventsLogErrors, Title: "Messages that are errors", Unit: units.PercentUnit,
			About: "Share of the messages of 5 minutes and of an hour that are of level error or fatal. Output of builds is left out.",
			Queries: []Query{
				{Expr: in("environment:marketplace_log_errors:ratio_rate5m"), Name: "{{environment}}"},
				{Expr: in("environment:marketplace_log_errors:ratio_rate1h"), Name: "of an hour: {{environment}}"},
				limit("marketplace_log_errors:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: 100, Title: "Messages by level", Unit: units.CountsPerSecond, Stacked: true,
			About:   "In a second. The level is the logger's where a message has one, or else Vercel's.",
			Queries: []Query{{Expr: pushed("level", messages), Name: "{{level}}"}},
		}),
		graph(Panel{
			ID: 101, Title: "Messages by source", Unit: units.CountsPerSecond, Stacked: true,
			About:   "In a second, by the part of Vercel that they come from.",
			Queries: []Query{{Expr: pushed("source", messages), Name: "{{source}}"}},
		}),
		graph(Panel{
			ID: 102, Title: "Events in the log", Unit: units.CountsPerSecond, Width: 12,
			About: "In a second: messages that are known by their text or their field event. Each has a line, if only of none.",
			Queries: []Query{
				{Expr: pushed("event", in("marketplace_log_events_total")), Name: "{{event}}"},
			},
		}),
		graph(Panel{
			ID: 103, Title: "Logins", Unit: units.CountsPerSecond, Width: 12,
			About: "In a second: those that the log tells of, and those that were refused. More of the latter is somebody who tries passwords.",
			Queries: []Query{
				{Expr: pushed("event", in("marketplace_log_events_total", `event="user_logged_in"`)), Name: "logged in"},
				{Expr: in("origin:http_refused_logins:rate5m"), Name: "refused " + who},
			},
		}),
	}
}

func customEvents() []Panel {
	all := in("marketplace_events_total")
	return []Panel{
		graph(Panel{
			ID: 110, Title: "Custom events", Unit: units.CountsPerSecond, Stacked: true,
			About:   "In a second, as the website tells them to Vercel. Names that are not in the list are together in other.",
			Queries: []Query{{Expr: pushed("event", all), Name: "{{event}}"}},
		}),
		bars(Panel{
			ID: 111, Title: "Uploads by category", Unit: units.Short,
			About: "Prompts uploaded in the time that is looked at.",
			Queries: []Query{
				{Expr: pushedInAll("category", in("marketplace_events_total", `event="prompt_uploaded"`)) + " > 0", Name: "{{category}}"},
			},
		}),
		bars(Panel{
			ID: 112, Title: "Purchases by payment method", Unit: units.Short,
			About: "In the time that is looked at, as browsers tell them. Business has what was really paid.",
			Queries: []Query{
				{Expr: pushedInAll("payment_method", in("marketplace_events_total", `event="purchase_completed"`)) + " > 0", Name: "{{payment_method}}"},
			},
		}),
		number(Panel{
			ID: 113, Title: "Amount of purchases", Unit: units.Short, Width: 24, Height: 5, Money: true,
			About: "In the time that is looked at, by currency and payment method. Browsers tell it: it is no bookkeeping.",
			Queries: []Query{
				{Expr: pushedInAll("currency, payment_method", in("marketplace_purchase_amount_total")) + " > 0", Name: "{{currency}} {{payment_method}}"},
			},
		}),
	}
}

func searchPanels() []Panel {
	// Prometheus writes the edge 0 as 0.0 since its version 3.
	const foundNothing = `le=~"0|0[.]0"`
	bucket := "marketplace_search_results_bucket"
	all := in("marketplace_search_results_count")
	return []Panel{
		graph(Panel{
			ID: 120, Title: "Searches that found nothing", Unit: units.PercentUnit, Width: 12,
			About: "Share of the searches. More of them is a search that broke, or people who want what nobody sells.",
			Queries: []Query{
				{Expr: pushed("environment", in(bucket, foundNothing)) + " / (" + pushed("environment", all) + " > 0)", Name: "{{environment}}"},
			},
		}),
		graph(Panel{
			ID: 121, Title: "Results of a search", Unit: units.Short, Width: 12,
			About: "What half of the searches found no more than.",
			Queries: []Query{
				{Expr: "histogram_quantile(0.5, " + pushed("environment, le", in(bucket)) + ")", Name: "{{environment}}"},
			},
		}),
	}
}
