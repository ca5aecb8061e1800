package stripe

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	stripego "github.com/stripe/stripe-go/v86"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// deliveryGrace is the age below which an event may still be on its way.
const deliveryGrace = 5 * time.Minute

// recent is the age up to which an undelivered event shows that deliveries fail now. Stripe lists
// events for 30 days, also after its last attempt, which comes after 3 days.
const recent = time.Hour

// poll is the source of one poll.
type poll struct {
	client     *client
	ledger     *ledger
	currencies *currencies

	configured []string // currencies

	undelivered, undeliveredRecent          metric.Desc
	undeliveredOldest, undeliveredTruncated metric.Desc
	endpoints, balance                      metric.Desc
	succeeded, succeededAmount, complete    metric.Desc
}

func newPoll(c *client, zone *time.Location, known *currencies, configured []string) *poll {
	const prefix = "marketplace_stripe_"
	return &poll{
		client: c, ledger: newLedger(c, zone), currencies: known, configured: configured,
		undelivered: metric.NewGauge(prefix+"undelivered_events",
			"Events older than 5 minutes that an endpoint has not accepted, of the last 30 days.", "type"),
		undeliveredRecent: metric.NewGauge(prefix+"undelivered_recent_events",
			"Events created 5 minutes to an hour ago that an endpoint has not accepted."),
		undeliveredOldest: metric.NewGauge(prefix+"undelivered_oldest_timestamp_seconds", "Time of the oldest undelivered event that was read."),
		undeliveredTruncated: metric.NewGauge(prefix+"undelivered_events_truncated",
			"Whether there are more undelivered events than --stripe.max-pages pages, so that the counts are lower bounds."),
		endpoints: metric.NewGauge(prefix+"webhook_endpoints", "Webhook endpoints by status: enabled or disabled.", "status"),
		balance:   metric.NewGauge(prefix+"balance_amount", "Balance, in major units of the currency.", "currency", "state"),
		succeeded: metric.NewGauge(prefix+"succeeded_payments",
			"Payments that succeeded on the day in --stripe.timezone, for comparison with the database.", "currency", "day"),
		succeededAmount: metric.NewGauge(prefix+"succeeded_payments_amount", "Amount of these payments, in major units.", "currency", "day"),
		complete: metric.NewGauge(prefix+"succeeded_payments_complete",
			"Whether all payments since the start of yesterday have been read. Until then, their number is absent."),
	}
}

// Descs implements source.Poll.
func (p *poll) Descs() []metric.Desc {
	return []metric.Desc{
		p.undelivered, p.undeliveredRecent, p.undeliveredOldest, p.undeliveredTruncated, p.endpoints, p.balance,
		p.succeeded, p.succeededAmount, p.complete,
	}
}

// Parts implements source.Poll.
func (p *poll) Parts() []source.Part {
	return []source.Part{
		{Name: "undelivered_events", Collect: p.collectUndelivered},
		{Name: "webhook_endpoints", Collect: p.collectEndpoints},
		{Name: "balance", Collect: p.collectBalance},
		{Name: "succeeded_payments", Collect: p.collectSucceeded},
	}
}

func (p *poll) collectUndelivered(ctx context.Context, ch chan<- prometheus.Metric) error {
	events, more, err := p.client.undelivered(ctx)
	if err != nil {
		return err
	}
	ch <- p.undeliveredTruncated.Metric(metric.Bool(more))
	counts := map[string]int{}
	for _, t := range append(eventTypes(), metric.Other) {
		counts[t] = 0
	}
	var oldest time.Time
	now, late := time.Now(), 0
	for _, e := range events {
		at := time.Unix(e.Created, 0)
		if now.Sub(at) < deliveryGrace {
			continue
		}
		counts[metric.Among(string(e.Type), eventTypes()...)]++
		if now.Sub(at) <= recent {
			late++
		}
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	ch <- p.undeliveredRecent.Metric(float64(late))
	for t, count := range counts {
		ch <- p.undelivered.Metric(float64(count), t)
	}
	if !oldest.IsZero() {
		ch <- p.undeliveredOldest.Metric(float64(oldest.Unix()))
	}
	return nil
}

func (p *poll) collectEndpoints(ctx context.Context, ch chan<- prometheus.Metric) error {
	byStatus, err := p.client.endpoints(ctx)
	for status, count := range byStatus {
		ch <- p.endpoints.Metric(float64(count), status)
	}
	return err
}

func (p *poll) collectBalance(ctx context.Context, ch chan<- prometheus.Metric) error {
	balance, err := p.client.balance(ctx)
	if err != nil {
		return err
	}
	for state, amounts := range map[string][]*stripego.BalanceAmount{"available": balance.Available, "pending": balance.Pending} {
		sums := map[string]float64{}
		for _, amount := range amounts {
			sums[p.currencies.label(string(amount.Currency))] += major(amount.Amount, string(amount.Currency))
		}
		for currency, sum := range sums {
			ch <- p.balance.Metric(sum, currency, state)
		}
	}
	return nil
}

func (p *poll) collectSucceeded(ctx context.Context, ch chan<- prometheus.Metric) error {
	now := time.Now()
	if err := p.ledger.update(ctx, now); err != nil {
		return err
	}
	ch <- p.complete.Metric(metric.Bool(p.ledger.complete))
	if !p.ledger.complete {
		return nil
	}
	sums := map[[2]string]total{}
	for _, currency := range p.configured { // a currency without payments is zero, for the comparison
		for _, day := range []string{"today", "yesterday"} {
			sums[[2]string{p.currencies.label(currency), day}] = total{}
		}
	}
	for key, t := range p.ledger.totals(now) {
		labels := [2]string{p.currencies.label(key[0]), key[1]}
		sums[labels] = total{sums[labels].count + t.count, sums[labels].amount + t.amount}
	}
	for labels, sum := range sums {
		ch <- p.succeeded.Metric(float64(sum.count), labels[:]...)
		ch <- p.succeededAmount.Metric(sum.amount, labels[:]...)
	}
	return nil
}
