package stripe_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

func usd(cents int) map[string]any {
	return map[string]any{"amount": cents, "amount_received": cents, "currency": "usd", "status": "succeeded"}
}

func TestPollOfStripe(t *testing.T) {
	f := newFake()
	f.add("payment_intent.succeeded", 59*time.Minute, usd(1050))["pending_webhooks"] = 1
	f.add("payout.paid", 2*time.Hour, nil)["pending_webhooks"] = 2
	f.add("customer.created", 2*time.Hour, nil)["pending_webhooks"] = 1
	f.add("payment_intent.succeeded", time.Minute, usd(100))["pending_webhooks"] = 1 // still on its way
	f.add("payment_intent.succeeded", 3*24*time.Hour, usd(100))
	samples, err := sourcetest.Poll(t, open(t, f))
	require.NoError(t, err)
	oldest := slices.IndexFunc(samples, func(s string) bool { return strings.HasPrefix(s, "marketplace_stripe_undelivered_oldest_") })
	require.Positive(t, oldest)
	for _, want := range []string{
		`marketplace_stripe_undelivered_events{type="payment_intent.succeeded"} 1`,
		`marketplace_stripe_undelivered_recent_events 1`,
		`marketplace_stripe_undelivered_events{type="payout.paid"} 1`,
		`marketplace_stripe_undelivered_events{type="other"} 1`,
		`marketplace_stripe_undelivered_events{type="payout.failed"} 0`,
		`marketplace_stripe_undelivered_events_truncated 0`,
		`marketplace_stripe_webhook_endpoints{status="enabled"} 1`,
		`marketplace_stripe_webhook_endpoints{status="disabled"} 1`,
		`marketplace_stripe_balance_amount{currency="USD",state="available"} -12.5`,
		`marketplace_stripe_balance_amount{currency="KRW",state="available"} 90000`,
		`marketplace_stripe_balance_amount{currency="USD",state="pending"} 5`,
		`marketplace_stripe_succeeded_payments_complete 1`,
	} {
		require.Contains(t, samples, want)
	}
	require.NotContains(t, strings.Join(samples, "\n"), "planted")
}

func TestUndeliveredEventsBeyondTheLimitAreReported(t *testing.T) {
	f := newFake()
	for range 250 {
		f.add("payout.paid", time.Hour, nil)["pending_webhooks"] = 1
	}
	samples, err := sourcetest.Poll(t, open(t, f, func(c *stripe.Config) { c.MaxPages = 2 }))
	require.NoError(t, err)
	require.Len(t, f.requests, 2+3, "no page beyond the limit")
	require.Contains(t, samples, `marketplace_stripe_undelivered_events{type="payout.paid"} 200`)
	require.Contains(t, samples, `marketplace_stripe_undelivered_events_truncated 1`)
}

func TestRejectedKeyFailsTheSource(t *testing.T) {
	samples, err := sourcetest.Poll(t, open(t, newFake(), func(c *stripe.Config) { c.KeyFile = sourcetest.File(t, "rk_live_another") }))
	require.Empty(t, samples)
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, []any{"", failure.Authentication}, []any{all[0].Part, all[0].Reason})
	require.NotContains(t, err.Error(), "planted")
}

func TestInvalidConfigurations(t *testing.T) {
	for want, change := range map[string]func(*stripe.Config){
		"--stripe.timezone":            func(c *stripe.Config) { c.TimeZone = "Seoul" },
		"--stripe.webhook-tolerance":   func(c *stripe.Config) { c.WebhookTolerance = 0 },
		"--stripe.interval":            func(c *stripe.Config) { c.Interval = time.Second },
		"--stripe.max-age":             func(c *stripe.Config) { c.MaxAge = time.Second },
		"--stripe.max-pages":           func(c *stripe.Config) { c.MaxPages = 51 },
		"--stripe.api-url":             func(c *stripe.Config) { c.URL = &url.URL{} },
		"--stripe.api-key-file":        func(c *stripe.Config) { c.KeyFile = "missing" },
		"--stripe.webhook-secret-file": func(c *stripe.Config) { c.WebhookSecretFile = "missing" },
	} {
		config := defaults(t)
		change(&config)
		_, err := config.Open(source.Deps{})
		require.ErrorContains(t, err, want)
	}
}

// A key of another account has no payments, which the comparison must show.
func TestConfiguredCurrenciesWithoutPaymentsAreZero(t *testing.T) {
	samples, err := sourcetest.Poll(t, open(t, newFake()))
	require.NoError(t, err)
	for _, want := range []string{
		`marketplace_stripe_succeeded_payments{currency="USD",day="today"} 0`,
		`marketplace_stripe_succeeded_payments{currency="USD",day="yesterday"} 0`,
		`marketplace_stripe_succeeded_payments_amount{currency="USD",day="today"} 0`,
	} {
		require.Contains(t, samples, want)
	}
}
