package stripe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v86/webhook"

	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// deliver sends a payload with a signature header and returns the status code.
func deliver(t *testing.T, listener http.Handler, payload []byte, header string) int {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/stripe/webhook", strings.NewReader(string(payload)))
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Stripe-Signature", header)
	recorder := httptest.NewRecorder()
	listener.ServeHTTP(recorder, request)
	return recorder.Code
}

// signed returns the header of stripe-go's official helper for tests.
func signed(payload []byte, key string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: key, Timestamp: at}).Header
}

// stripe-go is the reference: the listener accepts a delivery if and only if stripe-go does.
func TestSignaturesAgreeWithStripeGo(t *testing.T) {
	payload := []byte(`{"id":"evt_1","object":"event","type":"ping","data":{"object":{}}}`)
	now := time.Now()
	valid := signed(payload, secret, now)
	stamp, signature, _ := strings.Cut(valid, ",") // t=… and v1=…
	another := strings.Repeat("a", 40)
	for name, header := range map[string]string{
		"valid":                    valid,
		"of another secret":        signed(payload, another, now),
		"of another body":          signed([]byte("{}"), secret, now),
		"within the tolerance":     signed(payload, secret, now.Add(-4*time.Minute)),
		"too old":                  signed(payload, secret, now.Add(-6*time.Minute)),
		"in the future":            signed(payload, secret, now.Add(time.Hour)),
		"two, the second is valid": strings.Replace(signed(payload, another, now), "v1=", "v0=00,v1=", 1) + "," + signature,
		"unknown scheme":           strings.Replace(valid, "v1=", "v0=", 1),
		"unknown scheme besides":   valid + ",v2=abc",
		"no timestamp":             signature,
		"invalid timestamp":        "t=now," + signature,
		"no signature":             stamp,
		"not hexadecimal":          stamp + ",v1=" + strings.Repeat("g", 64),
		"short":                    valid[:len(valid)-2],
		"empty":                    "",
		"garbage":                  "garbage",
	} {
		t.Run(name, func(t *testing.T) {
			_, listener := receive(t, secret)
			want := http.StatusUnauthorized
			if webhook.ValidatePayloadWithTolerance(payload, header, secret, 5*time.Minute) == nil {
				want = http.StatusOK
			}
			require.Equal(t, want, deliver(t, listener, payload, header))
		})
	}
}

func TestSecretsAreRolled(t *testing.T) {
	next := "whsec_ffffffffffffffffffffffffffffffff"
	_, listener := receive(t, secret+"\n"+next+"\n")
	for i, key := range []string{secret, next} {
		payload := []byte(`{"id":"evt_` + string(rune('1'+i)) + `","object":"event","type":"ping"}`)
		require.Equal(t, http.StatusOK, deliver(t, listener, payload, signed(payload, key, time.Now())))
	}
}

func TestEventsAreCountedOnce(t *testing.T) {
	s, listener := receive(t, secret)
	f := newFake()
	send := func(e map[string]any) {
		payload, err := json.Marshal(e)
		require.NoError(t, err)
		for range 2 { // Stripe may deliver an event again
			require.Equal(t, http.StatusOK, deliver(t, listener, payload, signed(payload, secret, time.Now())))
		}
	}
	card := map[string]any{"code": "card_declined", "decline_code": "insufficient_funds", "type": "card_error", "message": "planted"}
	won := map[string]any{"amount": 1500, "currency": "krw"}
	send(f.add("payment_intent.succeeded", 0, map[string]any{"amount": 2000, "amount_received": 1999, "currency": "usd", "status": "succeeded"}))
	send(f.add("charge.succeeded", 0, map[string]any{"amount": 1999, "currency": "usd"})) // of the same payment
	send(f.add("payment_intent.payment_failed", 0, map[string]any{"amount": 500, "currency": "usd", "last_payment_error": card}))
	send(f.add("payment_intent.payment_failed", 0, map[string]any{"amount": 500, "currency": "usd", "last_payment_error": map[string]any{"code": "planted"}}))
	send(f.add("payment_intent.canceled", 0, map[string]any{"amount": 100, "currency": "usd"}))
	send(f.add("refund.created", 0, map[string]any{"amount": 250, "currency": "usd"}))
	send(f.add("charge.dispute.created", 0, won))
	send(f.add("charge.dispute.closed", 0, map[string]any{"amount": 1500, "currency": "krw", "status": "won"}))
	send(f.add("payout.failed", 0, map[string]any{"amount": 10_000, "currency": "usd", "status": "failed"}))
	send(f.add("checkout.session.expired", 0, map[string]any{"amount_total": 10_000, "currency": "usd"}))
	send(f.add("customer.created", 0, map[string]any{"email": "planted@example.com", "currency": nil}))
	old := f.add("payment_intent.succeeded", 0, map[string]any{"amount_received": 700, "currency": "not a currency"})
	old["livemode"], old["api_version"] = false, "2020-08-27"
	send(old)
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	for _, want := range []string{
		`marketplace_stripe_payments_total{currency="USD",mode="live",outcome="succeeded"} 1`,
		`marketplace_stripe_payment_amount_total{currency="USD",mode="live",outcome="succeeded"} 19.99`,
		`marketplace_stripe_payments_total{currency="USD",mode="live",outcome="failed"} 2`,
		`marketplace_stripe_payments_total{currency="USD",mode="live",outcome="canceled"} 1`,
		`marketplace_stripe_payment_failures_total{code="insufficient_funds",currency="USD",mode="live"} 1`,
		`marketplace_stripe_payment_failures_total{code="other",currency="USD",mode="live"} 1`,
		`marketplace_stripe_payment_failures_total{code="stolen_card",currency="USD",mode="live"} 0`,
		`marketplace_stripe_refund_amount_total{currency="USD",event="created",mode="live"} 2.5`,
		`marketplace_stripe_dispute_amount_total{currency="KRW",event="created",mode="live"} 1500`,
		`marketplace_stripe_disputes_total{currency="KRW",event="won",mode="live"} 1`,
		`marketplace_stripe_disputes_total{currency="KRW",event="lost",mode="live"} 0`,
		`marketplace_stripe_disputes_total{currency="USD",event="created",mode="live"} 0`,
		`marketplace_stripe_payouts_total{currency="USD",event="failed",mode="live"} 1`,
		`marketplace_stripe_checkout_sessions_total{event="expired",mode="live"} 1`,
		`marketplace_stripe_events_total{mode="live",type="other"} 1`,
		`marketplace_stripe_events_total{mode="live",type="charge.succeeded"} 1`,
		`marketplace_stripe_payments_total{currency="other",mode="test",outcome="succeeded"} 1`,
		`marketplace_stripe_events_by_api_version_total{release="dahlia"} 11`,
		`marketplace_stripe_events_by_api_version_total{release="dated"} 1`,
	} {
		require.Contains(t, samples, want)
	}
	require.NotContains(t, strings.Join(samples, "\n"), "planted")
}

// Unknown decline codes must not look like failures of the shop or of Stripe.
func TestFailureCodesTellDeclinesFromFailures(t *testing.T) {
	s, listener := receive(t, secret)
	f := newFake()
	for _, codes := range [][2]string{
		{"card_declined", "a_new_decline_code"}, {"card_declined", ""}, {"processing_error", ""}, {"api_key_expired", ""}, {"", ""},
	} {
		payload, err := json.Marshal(f.add("payment_intent.payment_failed", 0, map[string]any{
			"amount": 500, "currency": "usd", "last_payment_error": map[string]any{"code": codes[0], "decline_code": codes[1]},
		}))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, deliver(t, listener, payload, signed(payload, secret, time.Now())))
	}
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	for _, want := range []string{
		`marketplace_stripe_payment_failures_total{code="card_declined",currency="USD",mode="live"} 2`,
		`marketplace_stripe_payment_failures_total{code="processing_error",currency="USD",mode="live"} 1`,
		`marketplace_stripe_payment_failures_total{code="other",currency="USD",mode="live"} 2`,
	} {
		require.Contains(t, samples, want)
	}
}

func TestMalformedEventsAreRejected(t *testing.T) {
	_, listener := receive(t, secret)
	for _, body := range []string{"", "[]", "planted", `{"object":"event"}`, `{"id":"evt_1","object":"v2.core.event"}`, `{"id":1,"object":"event"}`} {
		require.Equal(t, http.StatusBadRequest, deliver(t, listener, []byte(body), signed([]byte(body), secret, time.Now())), body)
	}
}

func TestCurrenciesAreLimited(t *testing.T) {
	s, listener := receive(t, secret)
	f := newFake()
	for i := range 60 {
		currency := string([]byte{'a', byte('a' + i/26), byte('a' + i%26)})
		payload, err := json.Marshal(f.add("payment_intent.succeeded", 0, map[string]any{"amount_received": 100, "currency": currency}))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, deliver(t, listener, payload, signed(payload, secret, time.Now())))
	}
	samples, err := sourcetest.Samples(t, s)
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_stripe_payments_total{currency="other",mode="live",outcome="succeeded"} 41`)
}
