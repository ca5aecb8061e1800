package kpi

func payment(provider, status, method, created string) string {
	return insert("Payment", `order_id, provider, amount, status, payment_method, "createdAt"`,
		"'o'", text(provider), "1", text(status), text(method), created)
}

// failed inserts a failed payment. An empty code is stored as NULL.
func failed(provider, code, created string) string {
	return insert("Payment", `order_id, provider, amount, status, failure_code, "createdAt"`,
		"'o'", text(provider), "1", "'FAILED'", text(code), created)
}

func refund(status, currency string, amount float64, created string) string {
	return insert("Refund", `order_id, provider, currency, amount, status, "createdAt"`,
		"'o'", "'toss'", text(currency), number(amount), text(status), created)
}

func tradeStories() []story {
	return []story{
		{
			name: "amounts of different currencies are not added, and refunded orders count as gross",
			rows: []string{
				paid(ago("23 hours 59 minutes"), "PAID", "KRW", 4900),
				paid(ago("24 hours 1 minute"), "COMPLETED", "KRW", 10000),
				paid(ago("2 hours"), "REFUNDED", "KRW", 3000),
				paid(ago("3 hours"), "CANCELLED", "KRW", 70000), // not counted, although it was paid
				paid(ago("8 days"), "PAID", "USD", 12.5),
				paid(ago("29 days 23 hours"), "REFUNDED", "USD", 20),
				paid(ago("30 days 1 minute"), "PAID", "USD", 999),
				paid(ago("-1 hour"), "PAID", "USD", 555), // from a wrong clock
				order("b", ago("1 hour")),                // not paid
			},
			want: map[string]series{
				"gmv": {
					"KRW 1d": 7900, "KRW 7d": 17900, "KRW 30d": 17900, // 4,900 + 3,000; + 10,000
					"USD 1d": 0, "USD 7d": 0, "USD 30d": 32.5, // 12.5 + 20
				},
				"paid_orders": {"KRW 1d": 2, "KRW 7d": 3, "KRW 30d": 3, "USD 1d": 0, "USD 7d": 0, "USD 30d": 2},
				// A tenth of the orders without refunds: 490; 490 + 1,000; 1.25.
				"commission": {"KRW 1d": 490, "KRW 7d": 1490, "KRW 30d": 1490, "USD 1d": 0, "USD 7d": 0, "USD 30d": 1.25},
			},
		},
		{
			name: "each successful partial refund is counted",
			rows: []string{
				refund("SUCCEEDED", "KRW", 1000, ago("1 hour")), refund("SUCCEEDED", "KRW", 500, ago("23 hours")),
				refund("SUCCEEDED", "KRW", 250, ago("24 hours 1 minute")),
				refund("PENDING", "KRW", 9000, ago("1 hour")), refund("FAILED", "KRW", 9000, ago("1 hour")),
				refund("SUCCEEDED", "USD", 2.5, ago("8 days")),
				refund("SUCCEEDED", "EUR", 7, ago("31 days")), // EUR exists: 0, not absent
			},
			want: map[string]series{
				"refunds": {
					"KRW 1d": 2, "KRW 7d": 3, "KRW 30d": 3, "USD 1d": 0, "USD 7d": 0, "USD 30d": 1,
					"EUR 1d": 0, "EUR 7d": 0, "EUR 30d": 0,
				},
				"refunded": {
					"KRW 1d": 1500, "KRW 7d": 1750, "KRW 30d": 1750, "USD 1d": 0, "USD 7d": 0, "USD 30d": 2.5,
					"EUR 1d": 0, "EUR 7d": 0, "EUR 30d": 0,
				},
			},
		},
		{
			name: "payments are counted by provider and status; statuses without payments are 0",
			rows: []string{
				payment("toss", "SUCCEEDED", "card", ago("9 minutes")),
				payment("toss", "SUCCEEDED", "card", ago("14 minutes")),
				payment("toss", "SUCCEEDED", "card", ago("16 minutes")),
				payment("toss", "FAILED", "card", ago("59 minutes")),
				payment("toss", "REFUNDED", "card", ago("23 hours 59 minutes")), // refunded later, so no longer SUCCEEDED
				payment("stripe", "SUCCEEDED", "", ago("61 minutes")),
				payment("stripe", "SUCCEEDED", "link", ago("24 hours 1 minute")),
				payment("stripe", "SUCCEEDED", "link", ago("7 days 1 minute")),
				payment("stripe", "SUCCEEDED", "link", ago("30 days 1 minute")),
			},
			want: map[string]series{
				"payments": {
					"toss PENDING 10m": 0, "toss PENDING 15m": 0, "toss PENDING 1h": 0, "toss PENDING 1d": 0, "toss PENDING 7d": 0, "toss PENDING 30d": 0,
					"toss PROCESSING 10m": 0, "toss PROCESSING 15m": 0, "toss PROCESSING 1h": 0, "toss PROCESSING 1d": 0, "toss PROCESSING 7d": 0, "toss PROCESSING 30d": 0,
					"toss SUCCEEDED 10m": 1, "toss SUCCEEDED 15m": 2, "toss SUCCEEDED 1h": 3, "toss SUCCEEDED 1d": 3, "toss SUCCEEDED 7d": 3, "toss SUCCEEDED 30d": 3,
					"toss FAILED 10m": 0, "toss FAILED 15m": 0, "toss FAILED 1h": 1, "toss FAILED 1d": 1, "toss FAILED 7d": 1, "toss FAILED 30d": 1,
					"toss CANCELLED 10m": 0, "toss CANCELLED 15m": 0, "toss CANCELLED 1h": 0, "toss CANCELLED 1d": 0, "toss CANCELLED 7d": 0, "toss CANCELLED 30d": 0,
					"toss REFUNDED 10m": 0, "toss REFUNDED 15m": 0, "toss REFUNDED 1h": 0, "toss REFUNDED 1d": 1, "toss REFUNDED 7d": 1, "toss REFUNDED 30d": 1,
					"stripe PENDING 10m": 0, "stripe PENDING 15m": 0, "stripe PENDING 1h": 0, "stripe PENDING 1d": 0, "stripe PENDING 7d": 0, "stripe PENDING 30d": 0,
					"stripe PROCESSING 10m": 0, "stripe PROCESSING 15m": 0, "stripe PROCESSING 1h": 0, "stripe PROCESSING 1d": 0, "stripe PROCESSING 7d": 0, "stripe PROCESSING 30d": 0,
					"stripe SUCCEEDED 10m": 0, "stripe SUCCEEDED 15m": 0, "stripe SUCCEEDED 1h": 0, "stripe SUCCEEDED 1d": 1, "stripe SUCCEEDED 7d": 2, "stripe SUCCEEDED 30d": 3,
					"stripe FAILED 10m": 0, "stripe FAILED 15m": 0, "stripe FAILED 1h": 0, "stripe FAILED 1d": 0, "stripe FAILED 7d": 0, "stripe FAILED 30d": 0,
					"stripe CANCELLED 10m": 0, "stripe CANCELLED 15m": 0, "stripe CANCELLED 1h": 0, "stripe CANCELLED 1d": 0, "stripe CANCELLED 7d": 0, "stripe CANCELLED 30d": 0,
					"stripe REFUNDED 10m": 0, "stripe REFUNDED 15m": 0, "stripe REFUNDED 1h": 0, "stripe REFUNDED 1d": 0, "stripe REFUNDED 7d": 0, "stripe REFUNDED 30d": 0,
				},
				"payments_by_method": {
					"card 15m": 2, "card 1h": 3, "card 1d": 3, "card 7d": 3, "card 30d": 3,
					"unknown 15m": 0, "unknown 1h": 0, "unknown 1d": 1, "unknown 7d": 1, "unknown 30d": 1,
					"link 15m": 0, "link 1h": 0, "link 1d": 0, "link 7d": 1, "link 30d": 2,
				},
			},
		},
	}
}
