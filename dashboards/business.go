package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

const businessUID = "marketplace-business"

func businessBoard() Board {
	board := Board{
		UID: businessUID, Title: "Marketplace / Business", TimeFrom: "now-7d",
		Description: "Users, prompts, orders, payments and revenue. Windows end at the time of the sample: 1d is the last " +
			"24 hours.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component=~"payments|business|email"`,
		Rows: []Row{
			row(1002, "Overview", slices.Concat(businessSummary(), businessTrends())),
			collapsedRow(1000, "Users", userPanels()),
			collapsedRow(1001, "Prompts", promptPanels()),
			collapsedRow(1003, "Payments and refunds", paymentPanels()),
			collapsedRow(1004, "Revenue", revenuePanels()),
			collapsedRow(1005, "Settlements", settlementPanels()),
			collapsedRow(1006, "Email and files", mailPanels()),
		},
	}
	for _, row := range board.Rows {
		for i := range row.Panels {
			row.Panels[i].KPI = true
		}
	}
	return board
}

func businessSummary() []Panel {
	return []Panel{
		statPanel(Panel{
			ID: 120, Title: "GMV, 30 days", Unit: units.Short, Width: 6, Height: 5, Currency: true,
			Description: "Gross merchandise value: amount of the orders paid in 30 days, including refunded orders.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_gmv", `window="30d"`)), Legend: "{{currency}}"}},
		}),
		statPanel(Panel{
			ID: 141, Title: "MRR", Unit: units.Short, Width: 6, Height: 5, Currency: true,
			Description: "Monthly recurring revenue of active subscriptions.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_mrr")), Legend: "{{currency}}"}},
		}),
		statPanel(Panel{
			ID: 151, Title: "Settlements paid", Unit: units.PercentUnit, Width: 6, Height: 5,
			Description: "Share of the settlements of the latest completed period, without canceled ones.",
			Queries:     []Query{Query{Expr: series("marketplace:settlement_completion:ratio"), Legend: "paid"}.allowEmpty(noPeriod)},
		}),
		statPanel(Panel{
			ID: 152, Title: "Outstanding payouts", Unit: units.Short, Width: 6, Height: 5, Currency: true,
			Description: "Amount not yet paid to sellers for the latest completed period.",
			Queries: []Query{
				Query{Expr: dedupedSum("status", series("marketplace_settlement_payout", `status!~"PAID|CANCELLED"`)), Legend: "{{currency}}"}.allowEmpty(noPeriod), // prose:allow a status in the database
			},
		}),
	}
}

func businessTrends() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 100, Title: "Active users", Unit: units.Short, Height: 8,
			Description: "Distinct users who created a session, order, prompt or review in the window.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_active_users")), Legend: "{{window}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 121, Title: "Daily GMV", Unit: units.Short, Height: 8, Currency: true,
			Description: "Gross merchandise value of the last 24 hours. Each currency has its own axis.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_gmv", `window="1d"`)), Legend: "{{currency}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 122, Title: "Paid orders", Unit: units.Short, Height: 8, Stacked: true,
			Description: "Orders paid in the last 24 hours, including refunded orders.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_paid_orders", `window="1d"`)), Legend: "{{currency}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 1, Title: "Payment success rate", Unit: units.PercentUnit, Height: 7,
			Description: "Share of the payments completed in the window, by provider. P0 alerts use 15 minutes and P1 alerts " +
				"an hour, both with a minimum number of payments.",
			Queries: []Query{
				Query{Expr: series("provider:marketplace_payment_success:ratio", `window="15m"`), Legend: "{{provider}} 15m"}.allowEmpty(noPayment),
				Query{Expr: series("provider:marketplace_payment_success:ratio", `window="1h"`), Legend: "{{provider}} 1h"}.allowEmpty(noPayment),
				threshold("marketplace_payment_success:ratio", "P0 limit", `severity="P0"`),
				threshold("marketplace_payment_success:ratio", "P1 limit", `severity="P1"`),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 3, Title: "Refund rate", Unit: units.PercentUnit, Height: 7,
			Description: "Refunds in 7 days relative to the orders paid in 7 days.",
			Queries: []Query{
				Query{Expr: series("currency:marketplace_refunds:ratio", `window="7d"`), Legend: "{{currency}}"}.allowEmpty("no payment or refund"),
				threshold("marketplace_refunds:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 110, Title: "Uploaded and verified prompts", Unit: units.Short, Height: 7,
			Description: "Prompts in the last 24 hours.",
			Queries: []Query{
				{Expr: dedupe(series("marketplace_prompts_uploaded", `window="1d"`)), Legend: "uploaded"},
				{Expr: dedupe(series("marketplace_prompts_verified", `window="1d"`)), Legend: "verified"},
			},
		}),
	}
}

func userPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 6, Title: "Active users compared with last week", Unit: units.PercentUnit, Width: 12,
			Description: "Users active in the last 24 hours, relative to the same weekday last week.",
			Queries: []Query{
				Query{Expr: series("marketplace:active_users_week:ratio"), Legend: "relative to last week"}.allowEmpty("less than a week of history"),
				threshold("marketplace_active_users_week:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 101, Title: "Stickiness", Unit: units.PercentUnit, Width: 12,
			Description: "Daily active users relative to monthly active users (DAU/MAU).",
			Queries:     []Query{{Expr: series("marketplace:active_users_stickiness:ratio"), Legend: "DAU/MAU"}},
		}),
		timeSeriesPanel(Panel{
			ID: 102, Title: "Registrations", Unit: units.Short, Width: 6,
			Description: "Accounts created in the window.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_user_registrations", `window=~"1d|7d"`)), Legend: "{{window}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 103, Title: "Retention", Unit: units.PercentUnit, Width: 6,
			Description: "Share of the users registered in a week who were active on day 1, 7 or 30.",
			Queries: []Query{
				Query{Expr: series("day:marketplace_retention:ratio"), Legend: "day {{day}}"}.allowEmpty("no registrations in those weeks"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 104, Title: "Churn", Unit: units.PercentUnit, Width: 6,
			Description: "Share of the users active 30 to 60 days ago who were not active in the last 30 days.",
			Queries:     []Query{{Expr: series("marketplace:churn:ratio"), Legend: "churn"}},
		}),
		barGaugePanel(Panel{
			ID: 105, Title: "Accounts", Unit: units.Short, Width: 6,
			Description: "Number of accounts, by status.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_users")), Legend: "{{status}}"}},
		}),
	}
}

func promptPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 5, Title: "Oldest pending verification", Unit: units.Seconds, Width: 6,
			Description: "Waiting time of the oldest pending request. The seller cannot sell the prompt until it is verified.",
			Queries: []Query{
				Query{Expr: dedupe(series("marketplace_prompt_verification_oldest_pending_seconds")), Legend: "oldest"}.allowEmpty("no pending request"),
				threshold("marketplace_verification_pending:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 111, Title: "Pending verifications", Unit: units.Short, Width: 6,
			Description: "Requests without a decision.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_prompt_verifications_pending")), Legend: "pending"}},
		}),
		timeSeriesPanel(Panel{
			ID: 112, Title: "Verification time", Unit: units.Seconds, Width: 6,
			Description: "Mean time from request to completion, for the verifications completed in the window.",
			Queries: []Query{
				Query{Expr: dedupe(series("marketplace_prompt_verification_mean_seconds")), Legend: "{{window}}"}.allowEmpty("no verification was completed"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 113, Title: "Approval rate", Unit: units.PercentUnit, Width: 6,
			Description: "Approved share of the verifications completed in the window.",
			Queries: []Query{
				Query{Expr: series("window:marketplace_prompt_approval:ratio"), Legend: "{{window}}"}.allowEmpty("no verification was completed"),
			},
		}),
		barGaugePanel(Panel{
			ID: 114, Title: "Prompts", Unit: units.Short,
			Description: "Number of prompts, by status.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_prompts")), Legend: "{{status}}"}},
		}),
		barGaugePanel(Panel{
			ID: 115, Title: "Prompts by category", Unit: units.Short,
			Description: "The ten largest categories, and all others.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_category_prompts")), Legend: "{{category}}"}},
		}),
		barGaugePanel(Panel{
			ID: 116, Title: "Orders by category", Unit: units.Short,
			Description: "Orders paid in 30 days: the ten largest categories, and all others.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_category_paid_orders")), Legend: "{{category}}"}},
		}),
	}
}
