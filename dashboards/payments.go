package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const (
	noStripe       = "Stripe is not polled"
	noStripeEvents = "no webhooks of Stripe are received"
)

func paymentsBoard() Board {
	return Board{
		UID: paymentsUID, Title: "Marketplace / Payments", TimeFrom: "now-24h",
		Description: "Payments as Stripe reports them, beside those in the database. The Business board has the payments of " +
			"all providers.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component="payments"`,
		Rows: []Row{
			row(1000, "Overview", stripeOverview(), reconciliationPanels()),
			collapsedRow(1001, "Webhooks", stripeWebhooks()),
			collapsedRow(1002, "Money", stripeMoney()),
			collapsedRow(1003, "API of Stripe", stripeAPI()),
		},
	}
}

func stripeOverview() []Panel {
	return grid(3, 8,
		timeSeriesPanel(1, "Failed payments in Stripe", units.PercentUnit,
			"Share of the live payment attempts that ended within 10 minutes and failed, not counting declines.",
			query(series("marketplace:stripe_payment_failures:ratio10m"), "failed {{environment}}").emptyIf(noStripeEvents),
			threshold("marketplace_stripe_payment_failures:ratio", "limit"),
		),
		timeSeriesPanel(100, "Payments in Stripe by outcome", units.CountsPerSecond,
			"Payment intents per second that ended. Each failed attempt at one payment counts.",
			query(sumRate("outcome", "marketplace_stripe_payments_total", `mode="live"`), "{{outcome}}").emptyIf(noStripeEvents),
		),
		timeSeriesPanel(2, "Undelivered webhooks", units.Short,
			"Events that Stripe created 5 minutes to an hour ago and could not deliver to a webhook endpoint.",
			query(gauge("marketplace_stripe_undelivered_recent_events"), "undelivered {{environment}}").emptyIf(noStripe),
			threshold("marketplace_stripe_undelivered:count", "limit"),
		),
	)
}

func reconciliationPanels() []Panel {
	const labels = "{{currency}} {{day}}"
	return grid(3, 10,
		timeSeriesPanel(8, "Payments in Stripe but not in the database", units.Short,
			"Payments of today and yesterday. Negative values are payments that the database has and Stripe does not. "+
				"The alert has a second limit, a share of the payments of two days.",
			query(series("day:marketplace_payment_drift:count"), "difference "+labels).emptyIf(noStripe),
			threshold("marketplace_payment_drift:count", "limit"),
		).manySeries(),
		timeSeriesPanel(9, "Amount in Stripe but not in the database", eachCurrency,
			"Amount of these payments. A difference without one in the number of payments has its cause in wrong amounts. "+
				"The limit is that of the number, in average payments.",
			query(series("day:marketplace_payment_drift:amount"), "{{currency}} difference {{day}}").emptyIf(noStripe),
			limit(series("currency:marketplace_stripe_payments:mean_amount")+
				" * on (environment, server) group_left () threshold:marketplace_payment_drift:count", "{{currency}} limit").
				emptyIf(noStripe),
		).kpi(),
		tablePanel(102, "Payments by day",
			"Payments that succeeded on the day: in Stripe, in the database, and the difference, red if there is one.",
			column(gauge("marketplace_stripe_succeeded_payments"), "Stripe", units.Short).emptyIf(noStripe),
			column("max by (environment, server, currency, day) ("+
				series("marketplace_recorded_payments", `provider="stripe"`)+")", "database", units.Short),
			column(series("day:marketplace_payment_drift:count"), "difference", units.Short).redUnlessZero().emptyIf(noStripe),
			column(series("day:marketplace_payment_drift:amount"), "difference of the amount", units.Short).redUnlessZero().
				emptyIf(noStripe),
		).largestFirst("Stripe").kpi(),
	)
}

func stripeWebhooks() []Panel {
	return grid(3, 8,
		timeSeriesPanel(3, "Disabled webhook endpoints", units.Short,
			"Endpoints that are disabled in Stripe, which sends them nothing. Endpoints that receive events are enabled.",
			query(gauge("marketplace_stripe_webhook_endpoints", `status="disabled"`), "disabled").emptyIf(noStripe),
			query(gauge("marketplace_stripe_webhook_endpoints", `status="enabled"`), "enabled").emptyIf(noStripe),
			threshold("marketplace_stripe_disabled_endpoints:count", "limit"),
		),
		timeSeriesPanel(110, "Undelivered events by type", units.Short,
			"Events of the last 30 days that an endpoint has not accepted, including those that Stripe has given up.",
			query(gauge("marketplace_stripe_undelivered_events")+" > 0", "{{type}}").emptyIf("all events are delivered"),
		).manySeries(),
		timeSeriesPanel(111, "Events by type", units.CountsPerSecond,
			"Live events per second that the exporter received.",
			query("sum by (type) ("+rate(series("marketplace_stripe_events_total", `mode="live"`))+") > 0", "{{type}}").
				emptyIf(noStripeEvents),
		).manySeries(),
		timeSeriesPanel(112, "Failure codes", units.CountsPerSecond,
			"Failed attempts to pay per second, by Stripe's code. Most codes are decisions of card issuers.",
			query("sum by (code) ("+rate(series("marketplace_stripe_payment_failures_total", `mode="live"`))+") > 0", "{{code}}").
				emptyIf(noStripeEvents),
		).manySeries().width(16),
		timeSeriesPanel(113, "Age of the oldest undelivered event", units.Seconds,
			"Stripe repeats a delivery for 3 days, and lists the event for 30.",
			query(age(gauge("marketplace_stripe_undelivered_oldest_timestamp_seconds")), "age {{environment}}").
				emptyIf("all events are delivered"),
		),
	)
}

func stripeMoney() []Panel {
	return grid(2, 8,
		timeSeriesPanel(4, "Failed payouts", units.Short, "Payouts to the bank account that failed, in each interval of the graph.",
			query("sum by (currency) ("+increases(`marketplace_stripe_payouts_total`, `event="failed"`, `mode="live"`)+")",
				"failed {{currency}}").emptyIf(noStripeEvents),
			threshold("marketplace_stripe_failed_payouts:count", "limit in an hour"),
		),
		timeSeriesPanel(7, "Balance", units.Short,
			"Available and pending balance in Stripe, in major units of the currency. While the available one is negative, refunds fail.",
			query(gauge("marketplace_stripe_balance_amount"), "{{currency}} {{state}}").emptyIf(noStripe),
			threshold("marketplace_stripe_balance:amount", "limit"),
		),
		timeSeriesPanel(5, "Opened disputes", units.Short, "Disputes that were opened, in each interval of the graph.",
			query("sum by (currency) ("+increases(`marketplace_stripe_disputes_total`, `event="created"`, `mode="live"`)+")",
				"opened {{currency}}").emptyIf(noStripeEvents),
			threshold("marketplace_stripe_disputes:count", "limit in an hour", `window="1h"`),
		),
		timeSeriesPanel(6, "Dispute rate", units.PercentUnit, "Disputes opened in 7 days relative to the payments of 7 days.",
			query(series("currency:marketplace_stripe_disputes:ratio7d"), "{{currency}}").emptyIf(noStripeEvents),
			threshold("marketplace_stripe_disputes:ratio", "limit"),
		),
	)
}

func stripeAPI() []Panel {
	return grid(2, 8,
		timeSeriesPanel(120, "Requests to Stripe", units.RequestsPerSecond,
			"Requests of the exporter to Stripe's API, by outcome.",
			query(sumRate("operation, outcome", "marketplace_stripe_api_requests_total")+" > 0", "{{operation}} {{outcome}}").
				emptyIf(noStripe),
		).manySeries(),
		timeSeriesPanel(121, "Latency of Stripe, P95", units.Seconds, "95th percentile of the duration of these requests.",
			query(quantile(0.95, "operation", "marketplace_stripe_api_request_duration_seconds_bucket"), "P95 {{operation}}").
				emptyIf(noStripe),
		),
	)
}
