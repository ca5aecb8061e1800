package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func business() Board {
	return Board{
		UID: businessUID, Title: "Marketplace / Business", From: "now-7d",
		Description: "People, prompts, orders, payments and money. A window is counted back from each moment: 1d is the last 24 hours.",
		Variables:   []Variable{environment()},
		Alerts:      `component=~"payments|business|email"`,
		Rows: []Row{
			{1000, "Users", userPanels()},
			{1001, "Prompts", promptPanels()},
			{1002, "Orders", orderPanels()},
			{1003, "Payments and refunds", paymentPanels()},
			{1004, "Revenue", revenuePanels()},
			{1005, "Settlements", settlementPanels()},
			{1006, "Mail and files", mailPanels()},
		},
	}
}

func userPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: 100, Title: "Active users", Unit: units.Short,
			About:   "Distinct people with a session, order, prompt or review created in the window.",
			Queries: []Query{{Expr: once(in("marketplace_active_users")), Name: "{{window}}"}},
		}),
		graph(Panel{
			ID: businessActiveUsers, Title: "Active users against a week ago", Unit: units.PercentUnit,
			About: "Users of the last 24 hours, as a share of those of the same weekday a week before.",
			Queries: []Query{
				Query{Expr: in("marketplace:active_users_week:ratio"), Name: "of a week ago"}.orNothing("there is no week of history yet"),
				limit("marketplace_active_users_week:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: 101, Title: "Stickiness", Unit: units.PercentUnit,
			About:   "DAU/MAU: users of the last day, as a share of those of the last 30. At 20 % a user comes on six days of the month.",
			Queries: []Query{{Expr: in("marketplace:active_users_stickiness:ratio"), Name: "DAU/MAU"}},
		}),
		graph(Panel{
			ID: 102, Title: "Registrations", Unit: units.Short, Width: 6,
			About:   "Accounts created in the window.",
			Queries: []Query{{Expr: once(in("marketplace_user_registrations", `window=~"1d|7d"`)), Name: "{{window}}"}},
		}),
		graph(Panel{
			ID: 103, Title: "Retention", Unit: units.PercentUnit, Width: 6,
			About: "Of the users who registered in a week, those who were active on the 1st, 7th or 30th day after.",
			Queries: []Query{
				Query{Expr: in("day:marketplace_retention:ratio"), Name: "day {{day}}"}.orNothing("nobody registered in those weeks"),
			},
		}),
		graph(Panel{
			ID: 104, Title: "Churn", Unit: units.PercentUnit, Width: 6,
			About:   "Of the users active 30 to 60 days ago, those who were not active in the last 30 days.",
			Queries: []Query{{Expr: in("marketplace:churn:ratio"), Name: "churn"}},
		}),
		bars(Panel{
			ID: 105, Title: "Accounts", Unit: units.Short, Width: 6,
			About:   "By status.",
			Queries: []Query{{Expr: once(in("marketplace_users")), Name: "{{status}}"}},
		}),
	}
}

func promptPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: 110, Title: "Uploaded and verified", Unit: units.Short, Width: 6,
			About: "Prompts in the last 24 hours.",
			Queries: []Query{
				{Expr: once(in("marketplace_prompts_uploaded", `window="1d"`)), Name: "uploaded"},
				{Expr: once(in("marketplace_prompts_verified", `window="1d"`)), Name: "verified"},
			},
		}),
		graph(Panel{
			ID: businessVerification, Title: "Oldest waiting verification", Unit: units.Seconds, Width: 6,
			About: "How long the oldest request has waited for a decision. Its seller cannot sell.",
			Queries: []Query{
				Query{Expr: once(in("marketplace_prompt_verification_oldest_pending_seconds")), Name: "oldest"}.orNothing("none waits"),
				limit("marketplace_verification_pending:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: 111, Title: "Waiting verifications", Unit: units.Short, Width: 6,
			About:   "Requests that wait for a decision.",
			Queries: []Query{{Expr: once(in("marketplace_prompt_verifications_pending")), Name: "waiting"}},
		}),
		graph(Panel{
			ID: 112, Title: "Time to a verdict", Unit: units.Seconds, Width: 6,
			About: "Mean from request to completion, of the verifications that ended in the window.",
			Queries: []Query{
				Query{Expr: once(in("marketplace_prompt_verification_mean_seconds")), Name: "{{window}}"}.orNothing("no verification ended"),
			},
		}),
		graph(Panel{
			ID: 113, Title: "Approved", Unit: units.PercentUnit, Width: 6,
			About: "Of the verifications that ended in the window.",
			Queries: []Query{
				Query{Expr: in("window:marketplace_prompt_approval:ratio"), Name: "{{window}}"}.orNothing("no verification ended"),
			},
		}),
		bars(Panel{
			ID: 114, Title: "Prompts", Unit: units.Short, Width: 6,
			About:   "By status.",
			Queries: []Query{{Expr: once(in("marketplace_prompts")), Name: "{{status}}"}},
		}),
		bars(Panel{
			ID: 115, Title: "Prompts by category", Unit: units.Short, Width: 6,
			About:   "The ten categories with the most, and all others.",
			Queries: []Query{{Expr: once(in("marketplace_category_prompts")), Name: "{{category}}"}},
		}),
		bars(Panel{
			ID: 116, Title: "Orders by category", Unit: units.Short, Width: 6,
			About:   "Paid in 30 days: the ten categories with the most, and all others.",
			Queries: []Query{{Expr: once(in("marketplace_category_paid_orders")), Name: "{{category}}"}},
		}),
	}
}

func orderPanels() []Panel {
	return []Panel{
		number(Panel{
			ID: 120, Title: "GMV, 30 days", Unit: units.Short, Width: 6, Height: 8, Money: true,
			About:   "Gross merchandise value: what was paid for orders in 30 days, refunded ones included.",
			Queries: []Query{{Expr: once(in("marketplace_gmv", `window="30d"`)), Name: "{{currency}}"}},
		}),
		graph(Panel{
			ID: 121, Title: "GMV a day", Unit: units.Short, Width: 6, Money: true,
			About:   "Gross merchandise value of the last 24 hours, each currency on an axis of its own.",
			Queries: []Query{{Expr: once(in("marketplace_gmv", `window="1d"`)), Name: "{{currency}}"}},
		}),
		graph(Panel{
			ID: 122, Title: "Paid orders", Unit: units.Short, Width: 6, Stacked: true,
			About:   "Of the last 24 hours, refunded ones included.",
			Queries: []Query{{Expr: once(in("marketplace_paid_orders", `window="1d"`)), Name: "{{currency}}"}},
		}),
		graph(Panel{
			ID: 123, Title: "Average order", Unit: units.Short, Width: 6, Money: true,
			About:   "GMV for each paid order of the last 30 days.",
			Queries: []Query{{Expr: in("currency:marketplace_order_value:avg", `window="30d"`), Name: "{{currency}}"}},
		}),
	}
}
