package kpi

import (
	"fmt"
	"time"
)

func subscription(tier, status, interval, end string) string {
	return insert("Subscription", `"userId", tier, status, "interval", "currentPeriodStart", "currentPeriodEnd"`,
		"'u'", text(tier), text(status), text(interval), "'2020-01-01'", end)
}

func priced(tier string, monthly, yearly int) string {
	return insert("SubscriptionPlan", `tier, "monthlyPrice", "yearlyPrice"`, text(tier), fmt.Sprint(monthly), fmt.Sprint(yearly))
}

func settlement(status, currency string, payout float64, end string) string {
	return insert("Settlement", "seller_id, total_amount, payout_amount, currency, status, period_start, period_end",
		"gen_random_uuid()::text", "0", number(payout), text(currency), text(status), "'2020-01-01'", end)
}

func revenueStories() []story {
	return []story{
		{
			name: "a yearly plan counts a twelfth of its price, with fractions",
			rows: []string{
				priced("PRO", 9900, 99000), priced("TEAM", 29000, 290000),
				subscription("PRO", "ACTIVE", "MONTHLY", ago("-1 minute")), // as the application writes it
				subscription("PRO", "ACTIVE", "month", ago("-10 days")),    // as older rows have it
				subscription("TEAM", "ACTIVE", "YEARLY", ago("-300 days")),
				subscription("TEAM", "ACTIVE", "year", ago("1 minute")),      // expired
				subscription("TEAM", "ACTIVE", "WEEKLY", ago("-3 days")),     // unknown: not a silent 0
				subscription("PRO", "CANCELLED", "month", ago("-10 days")),   // not active
				subscription("FREE", "ACTIVE", "month", ago("-10 days")),     // the tier has no plan
				subscription("ENTERPRISE", "PAST_DUE", "year", ago("1 day")), // the tier exists: 0, not absent
			},
			want: map[string]series{
				// 2 × 9,900; 290,000 / 12 = 24,166.666…
				"mrr":           {"KRW month": 19800, "KRW year": 290000.0 / 12, "KRW other": 29000},
				"subscriptions": {"PRO month": 2, "TEAM year": 1, "TEAM other": 1, "FREE month": 1, "ENTERPRISE year": 0},
			},
		},
		{
			name: "an extra settlement does not hide the unpaid ones of the month",
			rows: []string{
				settlement("PAID", "KRW", 90000, ago("20 days")), settlement("PAID", "USD", 12.5, ago("20 days")),
				settlement("FAILED", "KRW", 7000, ago("20 days")), settlement("FAILED", "KRW", 1000, ago("50 days")),
				settlement("PENDING", "EUR", 300, ago("80 days")),
				settlement("PAID", "EUR", 111, ago("32 days")),      // an earlier period
				settlement("PENDING", "KRW", 222, ago("-1 minute")), // not completed
				insert("Settlement", "seller_id, total_amount, payout_amount, currency, status, period_start, period_end",
					"'s'", "0", "5", "'KRW'", "'PAID'", ago("4 days"), ago("1 hour")), // by an administrator
			},
			want: map[string]series{
				"settlements": {"PENDING": 1, "PROCESSING": 0, "PAID": 3, "FAILED": 2, "CANCELLED": 0},
				"settlement_payout": {
					"KRW PENDING": 0, "KRW PROCESSING": 0, "KRW PAID": 90005, "KRW FAILED": 8000, "KRW CANCELLED": 0,
					"USD PENDING": 0, "USD PROCESSING": 0, "USD PAID": 12.5, "USD FAILED": 0, "USD CANCELLED": 0,
					"EUR PENDING": 300, "EUR PROCESSING": 0, "EUR PAID": 0, "EUR FAILED": 0, "EUR CANCELLED": 0,
				},
			},
			approx: map[string]float64{
				"settlement_oldest_unpaid_seconds":        6912000, // 80 days
				"settlement_period_end_timestamp_seconds": float64(time.Now().Add(-480 * time.Hour).Unix()),
			},
		},
		{
			name: "a period that ended a minute ago is completed in every server time zone",
			rows: []string{settlement("PENDING", "KRW", 5, ago("1 minute"))},
			want: map[string]series{
				"settlements": {"PENDING": 1, "PROCESSING": 0, "PAID": 0, "FAILED": 0, "CANCELLED": 0},
				"settlement_payout": {
					"KRW PENDING": 5, "KRW PROCESSING": 0, "KRW PAID": 0, "KRW FAILED": 0, "KRW CANCELLED": 0,
				},
			},
		},
		{
			name: "with only paid settlements of the month none is unpaid",
			rows: []string{settlement("PAID", "KRW", 5, ago("1 day"))},
			want: map[string]series{
				"settlements":                      {"PENDING": 0, "PROCESSING": 0, "PAID": 1, "FAILED": 0, "CANCELLED": 0},
				"settlement_oldest_unpaid_seconds": {},
			},
		},
		{
			name: "before the first completed period settlements are absent, not zero",
			rows: []string{settlement("PENDING", "KRW", 5, ago("-1 day"))},
			want: map[string]series{
				"settlements": {}, "settlement_payout": {}, "settlement_period_end_timestamp_seconds": {},
				"settlement_oldest_unpaid_seconds": {},
			},
		},
	}
}
