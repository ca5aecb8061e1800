package stripe_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
)

type totals = map[[2]string][2]float64

func update(t *testing.T, s source.Source, now time.Time) (totals, bool) {
	t.Helper()
	got, complete, err := stripe.Update(t.Context(), s, now)
	require.NoError(t, err)
	return got, complete
}

// at sets the time of an event.
func at(e map[string]any, when string) { e["created"] = date(when).Unix() }

func date(when string) time.Time {
	parsed, err := time.Parse(time.RFC3339, when)
	if err != nil {
		panic(err)
	}
	return parsed
}

// Midnight in Seoul is 15:00 UTC: the same payments belong to other days.
func TestDaysOfPaymentsInTwoTimeZones(t *testing.T) {
	for zone, want := range map[string]totals{
		"UTC":        {{"usd", "yesterday"}: {1, 1}, {"usd", "today"}: {3, 14}},
		"Asia/Seoul": {{"usd", "yesterday"}: {3, 7}, {"usd", "today"}: {1, 8}},
	} {
		t.Run(zone, func(t *testing.T) {
			f := newFake()
			at(f.add("payment_intent.succeeded", 0, usd(1600)), "2026-11-24T14:59:59Z") // before both
			at(f.add("payment_intent.succeeded", 0, usd(100)), "2026-11-25T23:59:59Z")
			at(f.add("payment_intent.succeeded", 0, usd(200)), "2026-11-26T00:00:00Z")
			at(f.add("payment_intent.succeeded", 0, usd(400)), "2026-11-26T14:59:59Z")
			at(f.add("payment_intent.succeeded", 0, usd(800)), "2026-11-26T15:00:00Z")
			f.sort()
			s := open(t, f, func(c *stripe.Config) { c.TimeZone = zone })
			got, complete := update(t, s, date("2026-11-26T15:00:01Z"))
			require.True(t, complete)
			require.Equal(t, want, got)
		})
	}
}

// The database has major units. An amount of 1500 in Stripe is 1,500 KRW but 15 USD.
func TestAmountsOfPaymentsAreInMajorUnits(t *testing.T) {
	f := newFake()
	for _, currency := range []string{"usd", "krw", "jpy", "kwd", "ugx"} {
		p := map[string]any{"amount": 9999, "amount_received": 1500, "currency": currency, "status": "succeeded"}
		at(f.add("payment_intent.succeeded", 0, p), "2026-11-26T10:00:00Z")
	}
	got, complete := update(t, open(t, f), date("2026-11-26T11:00:00Z"))
	require.True(t, complete)
	want := totals{}
	for currency, amount := range map[string]float64{"usd": 15, "krw": 1500, "jpy": 1500, "kwd": 1.5, "ugx": 15} {
		want[[2]string{currency, "today"}], want[[2]string{currency, "yesterday"}] = [2]float64{1, amount}, [2]float64{}
	}
	require.Equal(t, want, got)
}

func TestPaymentsAreAddedOnceAndLeaveAfterTwoDays(t *testing.T) {
	f := newFake()
	s := open(t, f)
	at(f.add("payment_intent.succeeded", 0, usd(100)), "2026-11-26T10:00:00Z")
	for range 3 {
		got, _ := update(t, s, date("2026-11-26T10:01:00Z"))
		require.Equal(t, totals{{"usd", "today"}: {1, 1}, {"usd", "yesterday"}: {}}, got)
	}
	// An event that appears late, with a time before the newest known one.
	at(f.add("payment_intent.succeeded", 0, usd(100)), "2026-11-26T09:55:00Z")
	f.sort()
	got, _ := update(t, s, date("2026-11-26T10:02:00Z"))
	require.Equal(t, totals{{"usd", "today"}: {2, 2}, {"usd", "yesterday"}: {}}, got)
	got, _ = update(t, s, date("2026-11-27T00:00:01Z"))
	require.Equal(t, totals{{"usd", "today"}: {}, {"usd", "yesterday"}: {2, 2}}, got)
	got, complete := update(t, s, date("2026-11-28T00:00:01Z"))
	require.Empty(t, got)
	require.True(t, complete)
}

// A shop with more payments than a poll reads: several polls read backwards, and the numbers are
// only exported when all are known.
func TestPaymentsOfABigShopAreReadInSeveralPolls(t *testing.T) {
	f := newFake()
	for i := range 950 {
		f.add("payment_intent.succeeded", 0, usd(100))["created"] = date("2026-11-26T00:00:00Z").Add(time.Duration(i) * time.Second).Unix()
	}
	f.sort()
	s := open(t, f, func(c *stripe.Config) { c.MaxPages = 2 })
	now := date("2026-11-26T01:00:00Z")
	polls, complete := 0, false
	var got totals
	for ; !complete && polls < 20; polls++ {
		got, complete = update(t, s, now)
	}
	require.Equal(t, 5, polls, "200 in the first poll, then 200 backwards in each of four")
	require.Equal(t, [2]float64{950, 950}, got[[2]string{"usd", "today"}])

	// After an interruption there are more new payments than a poll reads.
	for i := range 450 {
		f.add("payment_intent.succeeded", 0, usd(100))["created"] = date("2026-11-26T02:00:00Z").Add(time.Duration(i) * time.Second).Unix()
	}
	f.sort()
	now = date("2026-11-26T03:00:00Z")
	for polls, complete = 0, false; !complete && polls < 20; polls++ {
		got, complete = update(t, s, now)
	}
	require.Equal(t, [2]float64{1400, 1400}, got[[2]string{"usd", "today"}])
}

// More payments than fit into memory must not look like all payments.
func TestPaymentsBeyondTheLimitAreIncomplete(t *testing.T) {
	f := newFake()
	for i := range 3 {
		f.add("payment_intent.succeeded", 0, usd(100))["created"] = date("2026-11-26T10:00:00Z").Add(time.Duration(i) * time.Second).Unix()
	}
	f.sort()
	s := open(t, f)
	stripe.LimitPayments(s, 2)
	_, complete := update(t, s, date("2026-11-26T11:00:00Z"))
	require.False(t, complete)
	requests := len(f.requests)
	_, complete = update(t, s, date("2026-11-26T12:00:00Z"))
	require.False(t, complete)
	require.Len(t, f.requests, requests, "further requests could not complete the day")

	// Two days later, these payments have left.
	at(f.add("payment_intent.succeeded", 0, usd(100)), "2026-11-28T10:00:00Z")
	f.sort()
	got, complete := update(t, s, date("2026-11-28T11:00:00Z"))
	require.True(t, complete)
	require.Equal(t, totals{{"usd", "today"}: {1, 1}, {"usd", "yesterday"}: {}}, got)
}

// A poll that fails in the middle keeps what it read, and a later one completes it.
func TestInterruptedReadingContinues(t *testing.T) {
	f := newFake()
	for i := range 500 {
		f.add("payment_intent.succeeded", 0, usd(100))["created"] = date("2026-11-26T00:00:00Z").Add(time.Duration(i) * time.Second).Unix()
	}
	f.sort()
	f.override = func(w http.ResponseWriter, _ *http.Request) bool {
		failing := len(f.requests)%4 == 0
		if failing {
			w.WriteHeader(http.StatusBadGateway)
		}
		return failing
	}
	s := open(t, f, func(c *stripe.Config) { c.MaxPages = 1 })
	var got totals
	complete, failures := false, 0
	for polls := 0; !complete && polls < 30; polls++ {
		var err error
		if got, complete, err = stripe.Update(t.Context(), s, date("2026-11-26T01:00:00Z")); err != nil {
			failures++
		}
	}
	require.True(t, complete)
	require.Positive(t, failures)
	require.Equal(t, [2]float64{500, 500}, got[[2]string{"usd", "today"}])
}
