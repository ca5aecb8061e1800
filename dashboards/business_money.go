package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noPayment = "no payment ended in the window"

func paymentPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 2, Title: "Payments", Unit: units.Short, Width: 12,
			Description: "Payments of the last 24 hours by status, with the limit for failures, and successful payments of the " +
				"last hour. NoPaidOrders fires if there are none although the same hour last week had at least the " +
				"expected minimum.",
			Queries: []Query{
				{Expr: dedupedSum("provider", series("marketplace_payments", `window="1d"`)), Legend: "{{status}}"},
				{Expr: series("marketplace:payments_succeeded:count", `window="1h"`), Legend: "succeeded 1h"},
				Query{Expr: series("marketplace:payments_succeeded:count", `window="1h"`) + " offset 1w", Legend: "succeeded 1h last week"}.
					allowEmpty("less than a week of history"),
				threshold("marketplace_payments_failed:count", "failure limit"),
				threshold("marketplace_payments_expected:count", "expected minimum 1h", `window="1h"`),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 132, Title: "Refunded amount", Unit: units.Short, Width: 12, Currency: true,
			Description: "Amount refunded in 7 days. Each currency has its own axis.",
			Queries: []Query{
				Query{Expr: dedupe(series("marketplace_refunded", `window="7d"`)), Legend: "{{currency}}"}.allowEmpty("no refund was ever made"),
			},
		}),
		barGaugePanel(Panel{
			ID: 130, Title: "Payment methods", Unit: units.Short, Width: 12,
			Description: "Successful payments in 30 days, by method.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_payments_by_method", `window="30d"`)), Legend: "{{method}}"}},
		}),
		barGaugePanel(Panel{
			ID: 131, Title: "Payments by provider", Unit: units.Short, Width: 12,
			Description: "Payments in 30 days, by provider.",
			Queries:     []Query{{Expr: dedupedSum("status", series("marketplace_payments", `window="30d"`)), Legend: "{{provider}}"}},
		}),
	}
}

func revenuePanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 123, Title: "Average order value", Unit: units.Short, Width: 6, Currency: true,
			Description: "GMV per paid order, over 30 days.",
			Queries:     []Query{{Expr: series("currency:marketplace_order_value:avg", `window="30d"`), Legend: "{{currency}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 140, Title: "Commission", Unit: units.Short, Width: 6, Currency: true,
			Description: "Platform fee on the orders of the last 24 hours that were paid and not refunded.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_commission", `window="1d"`)), Legend: "{{currency}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 143, Title: "Commission per active user", Unit: units.Short, Width: 6, Currency: true,
			Description: "Commission in 30 days per active user, without subscriptions.",
			Queries:     []Query{{Expr: series("currency:marketplace_commission_per_user:avg"), Legend: "{{currency}}"}},
		}),
		barGaugePanel(Panel{
			ID: 142, Title: "Active subscriptions", Unit: units.Short, Width: 6,
			Description: "Active subscriptions, by tier and billing interval.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_subscriptions")), Legend: "{{tier}} {{interval}}"}},
		}),
	}
}

const noPeriod = "no settlement period is over yet"

func settlementPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 4, Title: "Failed and late settlements", Unit: units.Short, Width: 12,
			Description: "Failed settlements of the latest completed period, and time since the period ended. All must be paid " +
				"by the first limit, and the next period must have ended by the second.",
			Queries: []Query{
				Query{Expr: dedupe(series("marketplace_settlements", `status="FAILED"`)), Legend: "failed"}.allowEmpty(noPeriod),
				threshold("marketplace_settlements_failed:count", "failed limit"),
				Query{Expr: age(dedupe(series("marketplace_settlement_period_end_timestamp_seconds"))), Legend: "time since period end"}.
					withUnit(units.Seconds).allowEmpty(noPeriod),
				threshold("marketplace_settlements_unpaid:seconds", "payment deadline").withUnit(units.Seconds),
				threshold("marketplace_settlement_period:seconds", "next period deadline").withUnit(units.Seconds),
			},
		}),
		barGaugePanel(Panel{
			ID: 150, Title: "Settlements", Unit: units.Short, Width: 12,
			Description: "Settlements of the latest completed period, by status.",
			Queries:     []Query{Query{Expr: dedupe(series("marketplace_settlements")), Legend: "{{status}}"}.allowEmpty(noPeriod)},
		}),
	}
}

func mailPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 7, Title: "Email failure rate", Unit: units.PercentUnit, Width: 6,
			Description: "Failed emails as a share of the emails that were sent or failed in the window. The alert uses an hour, with a minimum " +
				"number of emails.",
			Queries: []Query{
				Query{Expr: series("window:marketplace_email_failures:ratio"), Legend: "{{window}}"}.allowEmpty("no email was sent"),
				threshold("marketplace_email_failures:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 8, Title: "Oldest overdue email", Unit: units.Seconds, Width: 6,
			Description: "Time by which the oldest pending email is overdue. If it grows continuously, the queue is not " +
				"processed.",
			Queries: []Query{
				Query{Expr: dedupe(series("marketplace_email_oldest_pending_seconds")), Legend: "oldest"}.allowEmpty("no email is overdue"),
				threshold("marketplace_email_pending:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 160, Title: "Emails by status", Unit: units.Short, Width: 6, Stacked: true,
			Description: "Emails queued in the last hour.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_emails", `window="1h"`)), Legend: "{{status}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 161, Title: "Files", Unit: units.Short, Width: 6,
			Description: "Uploaded files by status. Quarantined files failed the malware scan; files that stay in scanning " +
				"indicate a stuck scanner.",
			Queries: []Query{{Expr: dedupe(series("marketplace_files", `status!="ACTIVE"`)), Legend: "{{status}}"}},
		}),
	}
}
