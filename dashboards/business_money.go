package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noPayment = "no payment ended in the window"

func paymentPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: businessPaymentSuccess, Title: "Payments that succeed", Unit: units.PercentUnit,
			About: "By provider, of the payments that ended in the window. P0 looks at 15 minutes, P1 at an hour, each from a minimum of payments on.",
			Queries: []Query{
				Query{Expr: in("provider:marketplace_payment_success:ratio", `window="15m"`), Name: "{{provider}} 15m"}.orNothing(noPayment),
				Query{Expr: in("provider:marketplace_payment_success:ratio", `window="1h"`), Name: "{{provider}} 1h"}.orNothing(noPayment),
				limit("marketplace_payment_success:ratio", "limit P0", `severity="P0"`),
				limit("marketplace_payment_success:ratio", "limit P1", `severity="P1"`),
			},
		}),
		graph(Panel{
			ID: businessPayments, Title: "Payments", Unit: units.Short,
			About: "Of the last 24 hours by what became of them, and how many may fail. Of the last hour those that succeeded; " +
				"where the same hour of last week had enough of them to expect some, none is an alert.",
			Queries: []Query{
				{Expr: sumOver("provider", in("marketplace_payments", `window="1d"`)), Name: "{{status}}"},
				{Expr: in("marketplace:payments_succeeded:count", `window="1h"`), Name: "succeeded in the last hour"},
				Query{Expr: in("marketplace:payments_succeeded:count", `window="1h"`) + " offset 1w", Name: "succeeded in this hour of last week"}.
					orNothing("there is no week of history yet"),
				limit("marketplace_payments_failed:count", "limit of failures"),
				limit("marketplace_payments_expected:count", "enough to expect some", `window="1h"`),
			},
		}),
		graph(Panel{
			ID: businessRefunds, Title: "Refund rate", Unit: units.PercentUnit,
			About: "Refunds of 7 days, for each order paid in them.",
			Queries: []Query{
				Query{Expr: in("currency:marketplace_refunds:ratio", `window="7d"`), Name: "{{currency}}"}.orNothing("nothing was paid or refunded"),
				limit("marketplace_refunds:ratio", "limit"),
			},
		}),
		bars(Panel{
			ID: 130, Title: "Payment methods", Unit: units.Short,
			About:   "Payments of the last 30 days that succeeded.",
			Queries: []Query{{Expr: once(in("marketplace_payments_by_method", `window="30d"`)), Name: "{{method}}"}},
		}),
		bars(Panel{
			ID: 131, Title: "Payments by provider", Unit: units.Short,
			About:   "Of the last 30 days, whatever became of them.",
			Queries: []Query{{Expr: sumOver("status", in("marketplace_payments", `window="30d"`)), Name: "{{provider}}"}},
		}),
		graph(Panel{
			ID: 132, Title: "Refunded", Unit: units.Short, Money: true,
			About: "Amount of the refunds of the last 7 days, each currency on an axis of its own.",
			Queries: []Query{
				Query{Expr: once(in("marketplace_refunded", `window="7d"`)), Name: "{{currency}}"}.orNothing("nothing was ever refunded"),
			},
		}),
	}
}

func revenuePanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: 140, Title: "Commission", Unit: units.Short, Width: 6, Money: true,
			About:   "What the platform earned in the last 24 hours: its fee of the orders that were paid and not refunded.",
			Queries: []Query{{Expr: once(in("marketplace_commission", `window="1d"`)), Name: "{{currency}}"}},
		}),
		number(Panel{
			ID: 141, Title: "MRR", Unit: units.Short, Width: 6, Height: 8, Money: true,
			About:   "Monthly recurring revenue of the subscriptions that are active now.",
			Queries: []Query{{Expr: once(in("marketplace_mrr")), Name: "{{currency}}"}},
		}),
		bars(Panel{
			ID: 142, Title: "Subscriptions", Unit: units.Short, Width: 6,
			About:   "Active ones, by tier and how often they are paid.",
			Queries: []Query{{Expr: once(in("marketplace_subscriptions")), Name: "{{tier}} by {{interval}}"}},
		}),
		graph(Panel{
			ID: 143, Title: "Commission for each active user", Unit: units.Short, Width: 6, Money: true,
			About:   "ARPU without subscriptions: the commission of 30 days, for each user active in them.",
			Queries: []Query{{Expr: in("currency:marketplace_commission_per_user:avg"), Name: "{{currency}}"}},
		}),
	}
}

const noPeriod = "no settlement period is over yet"

func settlementPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: businessSettlements, Title: "Failed or late", Unit: units.Short,
			About: "Settlements of the latest period that failed, and the time since it ended. Until the first limit all of it must be paid, " +
				"until the second the next period must be over.",
			Queries: []Query{
				Query{Expr: once(in("marketplace_settlements", `status="FAILED"`)), Name: "failed"}.orNothing(noPeriod),
				limit("marketplace_settlements_failed:count", "limit of failures"),
				Query{Expr: ago(once(in("marketplace_settlement_period_end_timestamp_seconds"))), Name: "time since its end"}.
					inUnit(units.Seconds).orNothing(noPeriod),
				limit("marketplace_settlements_unpaid:seconds", "limit until paid").inUnit(units.Seconds),
				limit("marketplace_settlement_period:seconds", "limit until the next").inUnit(units.Seconds),
			},
		}),
		bars(Panel{
			ID: 150, Title: "Settlements", Unit: units.Short,
			About:   "Of the latest period that is over, by status.",
			Queries: []Query{Query{Expr: once(in("marketplace_settlements")), Name: "{{status}}"}.orNothing(noPeriod)},
		}),
		number(Panel{
			ID: 151, Title: "Paid", Unit: units.PercentUnit, Width: 4, Height: 8,
			About:   "Of the settlements of the latest period, canceled ones left out.",
			Queries: []Query{Query{Expr: in("marketplace:settlement_completion:ratio"), Name: "paid"}.orNothing(noPeriod)},
		}),
		number(Panel{
			ID: 152, Title: "Still to pay", Unit: units.Short, Width: 4, Height: 8, Money: true,
			About: "What sellers have yet to get for the latest period.",
			Queries: []Query{
				Query{Expr: sumOver("status", in("marketplace_settlement_payout", `status!~"PAID|CANCELLED"`)), Name: "{{currency}}"}.orNothing(noPeriod),
			},
		}),
	}
}

func mailPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: businessEmailFailures, Title: "Mails that fail", Unit: units.PercentUnit, Width: 6,
			About: "Of the mails of the window that were sent or have failed. The alert looks at an hour, from a minimum of mails on.",
			Queries: []Query{
				Query{Expr: in("window:marketplace_email_failures:ratio"), Name: "{{window}}"}.orNothing("no mail was sent"),
				limit("marketplace_email_failures:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: businessEmailQueue, Title: "Oldest overdue mail", Unit: units.Seconds, Width: 6,
			About: "How long the mail that waits longest is overdue. When it grows by a second a second, nobody drains the queue.",
			Queries: []Query{
				Query{Expr: once(in("marketplace_email_oldest_pending_seconds")), Name: "oldest"}.orNothing("no mail is overdue"),
				limit("marketplace_email_pending:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: 160, Title: "Mails", Unit: units.Short, Width: 6, Stacked: true,
			About:   "Queued in the last hour, by what became of them.",
			Queries: []Query{{Expr: once(in("marketplace_emails", `window="1h"`)), Name: "{{status}}"}},
		}),
		graph(Panel{
			ID: 161, Title: "Files", Unit: units.Short, Width: 6,
			About:   "Uploaded files by status. Quarantined ones did not pass the scan; those that stay in it point to a scanner that hangs.",
			Queries: []Query{{Expr: once(in("marketplace_files", `status!="ACTIVE"`)), Name: "{{status}}"}},
		}),
	}
}
