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
	const lastMonth, monthBefore = "'2026-09-30 15:00:00'", "'2026-08-31 15:00:00'" // midnights in Seoul
	end := float64(time.Date(2026, 9, 30, 15, 0, 0, 0, time.UTC).Unix())
	return []story{
		{
			name: "a yearly plan counts a twelfth of its price, with fractions",
			rows: []string{
				priced("PRO", 9900, 99000), priced("TEAM", 29000, 290000),
				subscription("PRO", "ACTIVE", "month", ago("-1 minute")),
				subscription("PRO", "ACTIVE", "month", ago("-10 days")),
				subscription("TEAM", "ACTIVE", "year", ago("-300 days")),
				subscription("TEAM", "ACTIVE", "year", ago("1 minute")),      // expired
				subscription("PRO", "CANCELLED", "month", ago("-10 days")),   // not active
				subscription("FREE", "ACTIVE", "month", ago("-10 days")),     // the tier has no plan
				subscription("ENTERPRISE", "PAST_DUE", "year", ago("1 day")), // the tier exists: 0, not absent
			},
			want: map[string]series{
				// 2 × 9,900 + 290,000 / 12 = 19,800 + 24,166.666…
				"mrr":           {"KRW": 19800 + 290000.0/12},
				"subscriptions": {"PRO month": 2, "TEAM year": 1, "FREE month": 1, "ENTERPRISE year": 0},
			},
		},
		{
			name: "only settlements of the latest completed period are counted",
			rows: []string{
				settlement("PAID", "KRW", 90000, lastMonth), settlement("PAID", "KRW", 10000, lastMonth),
				settlement("PAID", "USD", 12.5, lastMonth), settlement("FAILED", "KRW", 7000, lastMonth),
				settlement("PAID", "EUR", 111, monthBefore),         // an earlier period
				settlement("PENDING", "KRW", 222, ago("-1 minute")), // not completed
			},
			want: map[string]series{
				"settlements": {"PENDING": 0, "PROCESSING": 0, "PAID": 3, "FAILED": 1, "CANCELLED": 0},
				"settlement_payout": {
					"KRW PENDING": 0, "KRW PROCESSING": 0, "KRW PAID": 100000, "KRW FAILED": 7000, "KRW CANCELLED": 0,
					"USD PENDING": 0, "USD PROCESSING": 0, "USD PAID": 12.5, "USD FAILED": 0, "USD CANCELLED": 0,
				},
				"settlement_period_end_timestamp_seconds": {"": end},
			},
		},
		{
			name: "a period that ended a minute ago is completed in every server time zone",
			rows: []string{settlement("PENDING", "KRW", 5, ago("1 minute")), settlement("PAID", "KRW", 7, lastMonth)},
			want: map[string]series{
				"settlements": {"PENDING": 1, "PROCESSING": 0, "PAID": 0, "FAILED": 0, "CANCELLED": 0},
				"settlement_payout": {
					"KRW PENDING": 5, "KRW PROCESSING": 0, "KRW PAID": 0, "KRW FAILED": 0, "KRW CANCELLED": 0,
				},
			},
		},
		{
			name: "before the first completed period settlements are absent, not zero",
			rows: []string{settlement("PENDING", "KRW", 5, ago("-1 day"))},
			want: map[string]series{
				"settlements": {}, "settlement_payout": {}, "settlement_period_end_timestamp_seconds": {},
			},
		},
	}
}
