package kpi

import (
	"fmt"
	"testing"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func reconciliationStories() []story {
	return []story{
		{
			name: "payments belong to the day of paid_at in Seoul, and refunds leave them there",
			rows: []string{
				paidThrough("stripe", "USD", "PAID", 1, onDay(2, "23:59:59.999")),
				paidThrough("stripe", "USD", "PAID", 2, onDay(1, "00:00:00")),
				paidThrough("stripe", "USD", "COMPLETED", 4, onDay(1, "23:59:59.999")),
				paidThrough("stripe", "USD", "PAID", 8, onDay(0, "00:00:00")),
				// Refunded today, as the time of the order shows.
				paidThrough("stripe", "USD", "REFUNDED", 16, onDay(1, "12:00:00")),
				paidThrough("stripe", "USD", "CANCELLED", 32, onDay(1, "12:00:00")),
				paidThrough("stripe", "USD", "PAID", 0, onDay(1, "12:00:00")), // free: no payment at Stripe
				paidThrough("stripe", "USD", "PAID", 64, ago("-1 hour")),      // from a wrong clock
				paidThrough("stripe", "KRW", "PAID", 128, ago("29 days")),
				paidThrough("stripe", "EUR", "PAID", 256, ago("31 days")),
				paidThrough("toss", "KRW", "PAID", 512, onDay(0, "00:00:00")),
				paidThrough("", "KRW", "PAID", 1024, onDay(1, "00:00:00")),
			},
			want: map[string]series{
				"recorded_payments": {
					"stripe USD today": 1, "stripe USD yesterday": 3, "stripe KRW today": 0, "stripe KRW yesterday": 0,
					"toss KRW today": 1, "toss KRW yesterday": 0, "unknown KRW today": 0, "unknown KRW yesterday": 1,
				},
				"recorded_payments_amount": {
					"stripe USD today": 8, "stripe USD yesterday": 22, "stripe KRW today": 0, "stripe KRW yesterday": 0,
					"toss KRW today": 512, "toss KRW yesterday": 0, "unknown KRW today": 0, "unknown KRW yesterday": 1024,
				},
			},
		},
	}
}

// Midnight in UTC is 9:00 in Seoul.
func TestPaymentsAreRecordedByTheDaysOfUTC(t *testing.T) {
	server := pgtest.Newest(t)
	shop := server.CreateDatabase(t)
	server.Exec(t, shop, marketplace.Schema())
	db := open(t, server, shop)
	config := testConfig()
	config.TimeZone = "UTC"
	utcDay := func(daysAgo int, clock string) string {
		return fmt.Sprintf("((now() AT TIME ZONE 'UTC')::date - %d + time '%s')", daysAgo, clock)
	}
	s := story{
		rows: []string{
			paidThrough("stripe", "USD", "PAID", 1, utcDay(2, "23:59:59.999")),
			paidThrough("stripe", "USD", "PAID", 2, utcDay(1, "00:00:00")),
			paidThrough("stripe", "USD", "PAID", 4, utcDay(1, "23:59:59.999")),
			paidThrough("stripe", "USD", "PAID", 8, utcDay(0, "00:00:00")),
		},
		want: map[string]series{
			"recorded_payments":        {"stripe USD today": 1, "stripe USD yesterday": 2},
			"recorded_payments_amount": {"stripe USD today": 8, "stripe USD yesterday": 6},
		},
	}
	server.Exec(t, shop, s.script())
	s.check(t, db, config)
}

func paidThrough(provider, currency, status string, amount float64, at string) string {
	return insert("Order", `buyer_id, product_id, amount, currency, status, payment_provider, paid_at, refunded_at`,
		"'buyer'", "'p'", number(amount), text(currency), text(status), text(provider), at, "now() AT TIME ZONE 'UTC'")
}
