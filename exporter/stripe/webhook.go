package stripe

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// maxWebhook is the size of a webhook in bytes. An event has about 5 kB.
const maxWebhook = 1 << 20

// webhooks counts events. Payments are counted from payment_intent events only: Stripe sends
// charge events for the same payments. Test mode has its own series.
type webhooks struct {
	metric.Collectors
	currencies *currencies

	events, versions        *prometheus.CounterVec
	payments, paymentAmount *prometheus.CounterVec
	failures                *prometheus.CounterVec
	refunds, refundAmount   *prometheus.CounterVec
	disputes, disputeAmount *prometheus.CounterVec
	payouts, payoutAmount   *prometheus.CounterVec
	checkouts               *prometheus.CounterVec
}

const (
	live = "live"
	test = "test"
)

func newWebhooks(c *currencies, configured []string) *webhooks {
	const prefix = "marketplace_stripe_"
	w := &webhooks{
		currencies: c,
		events:     metric.NewCounterVec(prefix+"events_total", "Events that Stripe delivered, without repeated ones.", "type", "mode"),
		versions: metric.NewCounterVec(prefix+"events_by_api_version_total",
			"Events by the release of the API version, such as dahlia. Versions by date only are dated.", "release"),
		payments: metric.NewCounterVec(prefix+"payments_total", "Payment intents that ended, by outcome.", "outcome", "currency", "mode"),
		paymentAmount: metric.NewCounterVec(prefix+"payment_amount_total",
			"Amount of the payment intents that ended, in major units of the currency.", "outcome", "currency", "mode"),
		failures:      metric.NewCounterVec(prefix+"payment_failures_total", "Failed attempts to pay, by Stripe's code.", "code", "currency", "mode"),
		refunds:       metric.NewCounterVec(prefix+"refunds_total", "Refunds, by event: created or failed.", "event", "currency", "mode"),
		refundAmount:  metric.NewCounterVec(prefix+"refund_amount_total", "Amount of the refunds, in major units.", "event", "currency", "mode"),
		disputes:      metric.NewCounterVec(prefix+"disputes_total", "Disputes, by event: created, won, lost or closed.", "event", "currency", "mode"),
		disputeAmount: metric.NewCounterVec(prefix+"dispute_amount_total", "Amount of the disputes, in major units.", "event", "currency", "mode"),
		payouts:       metric.NewCounterVec(prefix+"payouts_total", "Payouts, by event: created, paid, failed or canceled.", "event", "currency", "mode"),
		payoutAmount:  metric.NewCounterVec(prefix+"payout_amount_total", "Amount of the payouts, in major units.", "event", "currency", "mode"),
		checkouts: metric.NewCounterVec(prefix+"checkout_sessions_total",
			"Checkout sessions, by event: completed, expired, async_payment_succeeded or async_payment_failed.", "event", "mode"),
	}
	w.Collectors = metric.Collectors{
		w.events, w.versions, w.payments, w.paymentAmount, w.failures, w.refunds, w.refundAmount,
		w.disputes, w.disputeAmount, w.payouts, w.payoutAmount, w.checkouts,
	}
	metric.Initialize(w.events, append(eventTypes(), metric.Other), []string{live})
	metric.Initialize(w.checkouts, checkoutEvents(), []string{live})
	for _, currency := range configured {
		w.initialize(c.label(currency), live)
	}
	return w
}

// The events that are counted, as values of the label.
func refundEvents() []string { return []string{"created", "failed"} }
func payoutEvents() []string { return []string{"created", "paid", "failed", "canceled"} }
func checkoutEvents() []string {
	return []string{"completed", "expired", "async_payment_succeeded", "async_payment_failed"}
}

// initialize creates the series of a currency, so that rate and increase include its first event.
func (w *webhooks) initialize(currency, mode string) {
	metric.Initialize(w.failures, append(failureCodes(), metric.Other), []string{currency}, []string{mode})
	for _, vectors := range []struct {
		count, sum *prometheus.CounterVec
		events     []string
	}{
		{w.payments, w.paymentAmount, []string{"succeeded", "failed", "canceled"}},
		{w.refunds, w.refundAmount, refundEvents()},
		{w.disputes, w.disputeAmount, []string{"created", "won", "lost", "closed"}},
		{w.payouts, w.payoutAmount, payoutEvents()},
	} {
		metric.Initialize(vectors.count, vectors.events, []string{currency}, []string{mode})
		metric.Initialize(vectors.sum, vectors.events, []string{currency}, []string{mode})
	}
}

// endpoint returns the endpoint /stripe/webhook. Stripe delivers events more than once and in any
// order.
func (w *webhooks) endpoint(verifier inbound.Verifier, dedupe *inbound.Window) inbound.Endpoint {
	return inbound.Endpoint{
		Sender: "stripe", Name: "webhook", Path: "/stripe/webhook",
		Verifier: verifier,
		Limits:   inbound.Limits{BodySize: maxWebhook, DecompressedSize: maxWebhook},
		Handler: func(delivery inbound.Delivery) error {
			e, err := decode(delivery.Body)
			if err != nil || e.ID == "" || e.Object != "event" {
				return inbound.ErrMalformed
			}
			if dedupe.Add(dedupe.Key("stripe", []byte(e.ID))) {
				w.count(e)
			}
			return nil
		},
	}
}

func (w *webhooks) count(e *event) {
	mode := test
	if e.Livemode {
		mode = live
	}
	w.events.WithLabelValues(metric.Among(e.Type, eventTypes()...), mode).Inc()
	w.versions.WithLabelValues(release(e.APIVersion)).Inc()
	o, currency := &e.Data.Object, w.currencies.label(e.Data.Object.Currency)
	resource, action, _ := cutLast(e.Type, ".")
	if o.Currency != "" {
		w.initialize(currency, mode)
	}
	switch resource {
	case "payment_intent":
		w.countPayment(o, action, currency, mode)
	case "refund":
		if slices.Contains(refundEvents(), action) {
			add(w.refunds, w.refundAmount, o.Amount, action, currency, mode)
		}
	case "charge.dispute":
		switch action {
		case "created":
			add(w.disputes, w.disputeAmount, o.Amount, action, currency, mode)
		case "closed":
			outcome := action
			if o.Status == "won" || o.Status == "lost" {
				outcome = o.Status
			}
			add(w.disputes, w.disputeAmount, o.Amount, outcome, currency, mode)
		}
	case "payout":
		if slices.Contains(payoutEvents(), action) {
			add(w.payouts, w.payoutAmount, o.Amount, action, currency, mode)
		}
	case "checkout.session":
		if slices.Contains(checkoutEvents(), action) {
			w.checkouts.WithLabelValues(action, mode).Inc()
		}
	}
}

func (w *webhooks) countPayment(o *object, action, currency, mode string) {
	switch action {
	case "succeeded":
		add(w.payments, w.paymentAmount, o.AmountReceived, action, currency, mode)
	case "canceled":
		add(w.payments, w.paymentAmount, o.Amount, action, currency, mode)
	case "payment_failed":
		add(w.payments, w.paymentAmount, o.Amount, "failed", currency, mode)
		w.failures.WithLabelValues(o.failureCode(), currency, mode).Inc()
	}
}

// add counts one object and its amount.
func add(count, sum *prometheus.CounterVec, amount int64, event, currency, mode string) {
	count.WithLabelValues(event, currency, mode).Inc()
	sum.WithLabelValues(event, currency, mode).Add(max(0, major(amount, currency)))
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

// release returns the release of a version such as 2026-07-29.dahlia.
func release(version string) string {
	_, name, found := strings.Cut(version, ".")
	if !found {
		return "dated"
	}
	return metric.Among(name, "acacia", "basil", "clover", "dahlia", "preview")
}
