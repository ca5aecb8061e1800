package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func businessBoard() Board {
	board := Board{
		UID: businessUID, Title: "Marketplace / Business", TimeFrom: "now-7d",
		Description: "Users, prompts, orders, payments and revenue. Windows end at the time of the sample: 1d is the " +
			"last 24 hours.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component=~"payments|business|email"`,
		Rows: []Row{
			row(1002, "Overview", businessSummary(), businessTrends(), businessRates()),
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

const (
	noPayment      = "no payment ended in the window"
	noDue          = "no payment was created 15 to 60 minutes ago"
	noPeriod       = "no settlement period is over yet"
	noVerification = "no verification was completed"
)

func businessSummary() []Panel {
	return grid(4, 5,
		statPanel(120, "GMV, 30 days", eachCurrency,
			"Gross merchandise value: amount of the orders paid in 30 days, including refunded orders.",
			query(gauge("marketplace_gmv", `window="30d"`), "{{currency}}"),
		),
		statPanel(141, "MRR", eachCurrency, "Monthly recurring revenue of active subscriptions.",
			query(dedupedSum("interval", series("marketplace_mrr")), "{{currency}}"),
		),
		statPanel(151, "Settlements paid", units.PercentUnit,
			"Share of the settlements of the last 31 days and all unpaid ones, without canceled ones.",
			query(series("marketplace:settlement_completion:ratio"), "paid").emptyIf(noPeriod),
		),
		statPanel(152, "Outstanding payouts", eachCurrency,
			"Amount not yet paid to sellers for completed periods.",
			query(dedupedSum("status", series("marketplace_settlement_payout", `status!~"PAID|CANCELLED"`)),
				"{{currency}}").emptyIf(noPeriod),
		),
	)
}

func businessTrends() []Panel {
	return grid(3, 8,
		timeSeriesPanel(100, "Active users", units.Short,
			"Distinct users who created a session, order, prompt or review in the window.",
			query(gauge("marketplace_active_users"), "{{window}}"),
		),
		timeSeriesPanel(121, "Daily GMV", eachCurrency,
			"Gross merchandise value of the last 24 hours. Each currency has its own axis.",
			query(gauge("marketplace_gmv", `window="1d"`), "{{currency}}"),
		),
		timeSeriesPanel(122, "Paid orders", units.Short, "Orders paid in the last 24 hours, including refunded orders.",
			query(gauge("marketplace_paid_orders", `window="1d"`), "{{currency}}"),
		).stacked(),
	)
}

func businessRates() []Panel {
	return grid(3, 7,
		timeSeriesPanel(1, "Payment success rate", units.PercentUnit,
			"Share of the payments completed in the window, by provider, not counting declined ones. P0 alerts use 15 "+
				"minutes and P1 alerts an hour, both with a minimum number of payments. With few payments, the P0 alert "+
				"uses an hour.",
			query(series("provider:marketplace_payment_success:ratio", `window="15m"`), "{{provider}} 15m").
				emptyIf(noPayment),
			query(series("provider:marketplace_payment_success:ratio", `window="1h"`), "{{provider}} 1h").
				emptyIf(noPayment),
			threshold("marketplace_payment_success:ratio", "P0 limit", `severity="P0"`),
			threshold("marketplace_payment_success:ratio", "P1 limit", `severity="P1"`),
			threshold("marketplace_payment_success_sparse:ratio", "P0 limit 1h, few payments"),
		),
		timeSeriesPanel(3, "Refund rate", units.PercentUnit, "Refunds in 7 days relative to the orders paid in 7 days.",
			query(series("currency:marketplace_refunds:ratio", `window="7d"`), "{{currency}}").
				emptyIf("no payment or refund"),
			threshold("marketplace_refunds:ratio", "limit"),
		),
		timeSeriesPanel(110, "Uploaded and verified prompts", units.Short,
			"Prompts uploaded, and approved by hand, in the last 24 hours.",
			query(gauge("marketplace_prompts_uploaded", `window="1d"`), "uploaded"),
			query(series("review:marketplace_prompt_decisions:count", `review="manual"`, `status="APPROVED"`, `window="1d"`),
				"approved").emptyIf(noDay),
		),
	)
}

func userPanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(6, "Active users compared with earlier weeks", units.PercentUnit,
			"Users active in the last 24 hours, relative to the median of the same weekday of three weeks.",
			query(series("marketplace:active_users_week:ratio"), "relative to earlier weeks").emptyIf(noWeek),
			threshold("marketplace_active_users_week:ratio", "limit"),
		).width(12),
		timeSeriesPanel(101, "Stickiness", units.PercentUnit,
			"Daily active users relative to monthly active users (DAU/MAU).",
			query(series("marketplace:active_users_stickiness:ratio"), "DAU/MAU"),
		).width(12),
		timeSeriesPanel(102, "Registrations", units.Short, "Accounts created in the window.",
			query(gauge("marketplace_user_registrations", `window=~"1d|7d"`), "{{window}}"),
		),
		timeSeriesPanel(103, "Retention", units.PercentUnit,
			"Share of the users registered in a week who were active on day 1, 7 or 30.",
			query(series("day:marketplace_retention:ratio"), "day {{day}}").emptyIf("no registrations in those weeks"),
		),
		timeSeriesPanel(104, "Churn", units.PercentUnit,
			"Share of the users active 30 to 60 days ago who were not active in the last 30 days.",
			query(series("marketplace:churn:ratio"), "churn"),
		),
		barGaugePanel(105, "Accounts", units.Short, "Number of accounts, by status.",
			query(gauge("marketplace_users"), "{{status}}"),
		),
	)
}

func promptPanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(5, "Oldest pending verification", units.Seconds,
			"Waiting time of the oldest pending request. The seller cannot sell the prompt until it is verified.",
			query(gauge("marketplace_prompt_verification_oldest_pending_seconds"), "oldest").
				emptyIf("no pending request"),
			threshold("marketplace_verification_pending:seconds", "limit"),
		),
		timeSeriesPanel(111, "Pending verifications", units.Short, "Requests without a decision.",
			query(gauge("marketplace_prompt_verifications_pending"), "pending"),
		),
		timeSeriesPanel(112, "Verification time", units.Seconds,
			"Mean time from request to review, for the manual reviews in the window.",
			query(gauge("marketplace_prompt_verification_mean_seconds", `review="manual"`), "{{window}}").
				emptyIf(noVerification),
		),
		timeSeriesPanel(113, "Approval rate", units.PercentUnit,
			"Approved share of the manual decisions in the window. While the history is shorter than the window, by the "+
				"time of the review instead of the decision.",
			query(series("window:marketplace_prompt_approval:ratio"), "{{window}}").emptyIf(noVerification),
		),
		barGaugePanel(114, "Prompts", units.Short, "Number of prompts, by status.",
			query(gauge("marketplace_prompts"), "{{status}}"),
		).width(8),
		barGaugePanel(115, "Prompts by category", units.Short, "The ten largest categories, and all others.",
			query(gauge("marketplace_category_prompts"), "{{category}}"),
		).width(8),
		barGaugePanel(116, "Orders by category", units.Short,
			"Orders paid in 30 days: the ten largest categories, and all others.",
			query(gauge("marketplace_category_paid_orders"), "{{category}}"),
		).width(8),
	)
}

func paymentPanels() []Panel {
	return grid(2, 8,
		timeSeriesPanel(2, "Payments", units.Short,
			"Payments of the last 24 hours by status, with the limit for failures, and successful payments of the "+
				"last hour by provider. NoPaidOrders fires if there are none although the same hour of earlier weeks "+
				"(median) had at least the expected minimum, or if orders in a row fail.",
			query(dedupedSum("provider", series("marketplace_payments", `window="1d"`)), "{{status}}"),
			query(series("provider:marketplace_payments_succeeded:count", `window="1h"`), "{{provider}} succeeded 1h"),
			query(series("provider:marketplace_payments_usual:count"), "{{provider}} usually succeeded 1h").
				emptyIf(noWeek),
			query(gauge("marketplace_failed_orders"), "{{provider}} failed orders in a row"),
			threshold("marketplace_failed_orders:count", "limit in a row"),
			threshold("marketplace_payments_failed:count", "failure limit"),
			threshold("marketplace_payments_expected:count", "expected minimum 1h", `window="1h"`),
		).manySeries().width(24),
		timeSeriesPanel(40, "Pending payments", units.Short,
			"Pending payments in a row, without a later result, and their oldest age. Share of the payments created 15 to "+
				"60 minutes ago that are pending; abandoned checkouts are among them. Failed and succeeded payments of the "+
				"last 10 minutes show whether payments end.",
			query(gauge("marketplace_payments_pending"), "{{provider}} in a row"),
			threshold("marketplace_payments_pending:count", "limit in a row"),
			query(series("provider:marketplace_payments_due_pending:ratio"), "{{provider}} share").
				withUnit(units.PercentUnit).emptyIf(noDue),
			threshold("marketplace_payments_pending:ratio", "limit of the share").withUnit(units.PercentUnit),
			query(gauge("marketplace_payment_oldest_pending_seconds"), "{{provider}} oldest").
				withUnit(units.Seconds).emptyIf("no payment is pending"),
			query(series("provider:marketplace_payments_failed:count", `window="10m"`), "{{provider}} failed 10m"),
			query(series("provider:marketplace_payments_succeeded:count", `window="10m"`), "{{provider}} succeeded 10m"),
		).manySeries(),
		timeSeriesPanel(41, "Declined payments", units.PercentUnit,
			"Share of the ended payments in the window that were declined by the issuer or for wrong card data, "+
				"insufficient funds or missing authentication. An ordinary shop has 5 to 15 %.",
			query(series("provider:marketplace_payment_declines:ratio", `window="15m"`), "{{provider}} 15m").emptyIf(noPayment),
			query(series("provider:marketplace_payment_declines:ratio", `window="1d"`), "{{provider}} 1d").emptyIf(noPayment),
			threshold("marketplace_payment_declines:ratio", "limit"),
		),
		timeSeriesPanel(133, "Failed payments by class", units.Short,
			"Failed payments of the last 24 hours. The classes provider_error, configuration, other and unknown count "+
				"against the success rate; the others are decisions of issuers and buyers.",
			query(gauge("marketplace_payment_failures", `window="1d"`), "{{provider}} {{class}}").
				emptyIf("no payment failed in 30 days"),
		).stacked().manySeries(),
		timeSeriesPanel(132, "Refunded amount", eachCurrency,
			"Amount refunded in 7 days. Each currency has its own axis.",
			query(gauge("marketplace_refunded", `window="7d"`), "{{currency}}").emptyIf("no refund was ever made"),
		),
		barGaugePanel(130, "Payment methods", units.Short, "Successful payments in 30 days, by method.",
			query(gauge("marketplace_payments_by_method", `window="30d"`), "{{method}}"),
		),
		barGaugePanel(131, "Payments by provider", units.Short, "Payments in 30 days, by provider.",
			query(dedupedSum("status", series("marketplace_payments", `window="30d"`)), "{{provider}}"),
		),
	)
}

func revenuePanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(123, "Average order value", eachCurrency, "GMV per paid order, over 30 days.",
			query(series("currency:marketplace_order_value:avg", `window="30d"`), "{{currency}}"),
		),
		timeSeriesPanel(140, "Commission", eachCurrency,
			"Platform fee on the orders of the last 24 hours that were paid and not refunded.",
			query(gauge("marketplace_commission", `window="1d"`), "{{currency}}"),
		),
		timeSeriesPanel(143, "Commission per active user", eachCurrency,
			"Commission in 30 days per active user, without subscriptions.",
			query(series("currency:marketplace_commission_per_user:avg"), "{{currency}}"),
		),
		barGaugePanel(142, "Active subscriptions", units.Short, "Active subscriptions, by tier and billing interval.",
			query(gauge("marketplace_subscriptions"), "{{tier}} {{interval}}"),
		),
	)
}

func settlementPanels() []Panel {
	return grid(2, 8,
		timeSeriesPanel(4, "Failed and late settlements", units.Short,
			"Failed settlements and their share, and time since the period of the oldest unpaid one and the latest period ended. All must "+
				"be paid by the first limit, and the next period must have ended by the second.",
			query(gauge("marketplace_settlements", `status="FAILED"`), "failed").emptyIf(noPeriod),
			threshold("marketplace_settlements_failed:count", "failed limit"),
			query(series("marketplace:settlement_failures:ratio"), "failed share").
				withUnit(units.PercentUnit).emptyIf(noPeriod),
			threshold("marketplace_settlement_failures:ratio", "P1 limit of the share").withUnit(units.PercentUnit),
			query(gauge("marketplace_settlement_oldest_unpaid_seconds"), "oldest unpaid").
				withUnit(units.Seconds).emptyIf("no settlement is unpaid"),
			query(age(gauge("marketplace_settlement_period_end_timestamp_seconds")), "time since period end").
				withUnit(units.Seconds).emptyIf(noPeriod),
			threshold("marketplace_settlements_unpaid:seconds", "payment deadline").withUnit(units.Seconds),
			threshold("marketplace_settlement_period:seconds", "next period deadline").withUnit(units.Seconds),
		),
		barGaugePanel(150, "Settlements", units.Short, "Settlements by status: all unpaid ones, and others of the last 31 days.",
			query(gauge("marketplace_settlements"), "{{status}}").emptyIf(noPeriod),
		),
	)
}

func mailPanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(7, "Email failure rate", units.PercentUnit,
			"Failed emails as a share of the emails that were sent or failed in the window. The alert uses an hour, "+
				"with a minimum number of emails.",
			query(series("window:marketplace_email_failures:ratio"), "{{window}}").emptyIf("no email was sent"),
			threshold("marketplace_email_failures:ratio", "limit"),
		),
		timeSeriesPanel(8, "Oldest overdue email", units.Seconds,
			"Time by which the oldest pending email is overdue. If it grows continuously, the queue is not processed.",
			query(gauge("marketplace_email_oldest_pending_seconds"), "oldest").emptyIf("no email is overdue"),
			threshold("marketplace_email_pending:seconds", "limit"),
		),
		timeSeriesPanel(160, "Emails by status", units.Short, "Emails queued in the last hour.",
			query(gauge("marketplace_emails", `window="1h"`), "{{status}}"),
		).stacked(),
		timeSeriesPanel(161, "Files", units.Short,
			"Uploaded files by status. Quarantined files failed the malware scan; files that stay in scanning "+
				"indicate a stuck scanner.",
			query(gauge("marketplace_files", `status!="ACTIVE"`), "{{status}}"),
		),
	)
}
