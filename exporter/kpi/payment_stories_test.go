package kpi

import "fmt"

func paymentStories() []story {
	return []story{
		{
			name: "failures are classified by the codes of both providers; unknown and missing codes are apart",
			rows: []string{
				failed("stripe", "card_declined", ago("9 minutes")), failed("stripe", "DO_NOT_HONOR", ago("14 minutes")),
				failed("stripe", "insufficient_funds", ago("59 minutes")),
				failed("stripe", "expired_card", ago("61 minutes")),
				failed("stripe", "authentication_required", ago("23 hours 59 minutes")),
				failed("stripe", "processing_error", ago("24 hours 1 minute")),
				failed("stripe", "api_key_expired", ago("7 days 1 minute")),
				failed("stripe", "a_new_code", ago("1 minute")), failed("stripe", "", ago("16 minutes")),
				insert("Payment", `order_id, provider, amount, status, failure_code, "createdAt"`,
					"'o'", "'stripe'", "1", "'FAILED'", "''", ago("20 days")), // an empty code is no code
				failed("stripe", "card_declined", ago("30 days 1 minute")), failed("stripe", "card_declined", ago("-1 hour")),
				// Only failed payments count, even if an earlier attempt left a code.
				insert("Payment", `order_id, provider, amount, status, failure_code, "createdAt"`,
					"'o'", "'stripe'", "1", "'SUCCEEDED'", "'card_declined'", ago("1 minute")),
				payment("toss", "SUCCEEDED", "card", ago("1 minute")), // a provider without failures has no series
			},
			want: map[string]series{"payment_failures": {
				"stripe declined 10m": 1, "stripe declined 15m": 2, "stripe declined 1h": 2, "stripe declined 1d": 2, "stripe declined 7d": 2, "stripe declined 30d": 2,
				"stripe insufficient_funds 10m": 0, "stripe insufficient_funds 15m": 0, "stripe insufficient_funds 1h": 1, "stripe insufficient_funds 1d": 1, "stripe insufficient_funds 7d": 1, "stripe insufficient_funds 30d": 1,
				"stripe invalid_card 10m": 0, "stripe invalid_card 15m": 0, "stripe invalid_card 1h": 0, "stripe invalid_card 1d": 1, "stripe invalid_card 7d": 1, "stripe invalid_card 30d": 1,
				"stripe authentication 10m": 0, "stripe authentication 15m": 0, "stripe authentication 1h": 0, "stripe authentication 1d": 1, "stripe authentication 7d": 1, "stripe authentication 30d": 1,
				"stripe canceled 10m": 0, "stripe canceled 15m": 0, "stripe canceled 1h": 0, "stripe canceled 1d": 0, "stripe canceled 7d": 0, "stripe canceled 30d": 0,
				"stripe provider_error 10m": 0, "stripe provider_error 15m": 0, "stripe provider_error 1h": 0, "stripe provider_error 1d": 0, "stripe provider_error 7d": 1, "stripe provider_error 30d": 1,
				"stripe configuration 10m": 0, "stripe configuration 15m": 0, "stripe configuration 1h": 0, "stripe configuration 1d": 0, "stripe configuration 7d": 0, "stripe configuration 30d": 1,
				"stripe other 10m": 1, "stripe other 15m": 1, "stripe other 1h": 1, "stripe other 1d": 1, "stripe other 7d": 1, "stripe other 30d": 1,
				"stripe unknown 10m": 0, "stripe unknown 15m": 0, "stripe unknown 1h": 1, "stripe unknown 1d": 1, "stripe unknown 7d": 1, "stripe unknown 30d": 2,
			}},
		},
		{
			name: "codes of TossPayments, two in a class",
			rows: []string{
				failed("toss", "REJECT_CARD_COMPANY", ago("1 minute")), failed("toss", "FDS_ERROR", ago("1 minute")),
				failed("toss", "REJECT_CARD_PAYMENT", ago("1 minute")), failed("toss", "EXCEED_MAX_AMOUNT", ago("1 minute")),
				failed("toss", "INVALID_CARD_EXPIRATION", ago("1 minute")), failed("toss", "INVALID_CARD_NUMBER", ago("1 minute")),
				failed("toss", "INVALID_PASSWORD", ago("1 minute")), failed("toss", "EXCEED_MAX_AUTH_COUNT", ago("1 minute")),
				failed("toss", "PAY_PROCESS_CANCELED", ago("1 minute")), failed("toss", "NOT_FOUND_PAYMENT_SESSION", ago("1 minute")),
				failed("toss", "PROVIDER_ERROR", ago("1 minute")), failed("toss", "NOT_AVAILABLE_BANK", ago("1 minute")),
				failed("toss", "UNAUTHORIZED_KEY", ago("1 minute")), failed("toss", "NOT_REGISTERED_BUSINESS", ago("1 minute")),
			},
			want: map[string]series{"payment_failures": ofClasses("toss", map[string]float64{
				"declined": 2, "insufficient_funds": 2, "invalid_card": 2, "authentication": 2, "canceled": 2,
				"provider_error": 2, "configuration": 2, "other": 0, "unknown": 0,
			})},
		},
		{
			name: "an order counts once as failed, and not before the latest success",
			rows: []string{
				failedOrder("stripe", "a", ago("23 hours")),
				payment("stripe", "SUCCEEDED", "card", ago("5 hours")),
				failedOrder("stripe", "b", ago("4 hours")), failedOrder("stripe", "b", ago("3 hours")),
				failedOrder("stripe", "c", ago("1 minute")), failedOrder("stripe", "d", ago("-1 hour")),
				payment("stripe", "PENDING", "card", ago("30 minutes")), payment("stripe", "CANCELLED", "card", ago("20 minutes")),
				failedOrder("toss", "e", ago("2 hours")), payment("toss", "REFUNDED", "card", ago("1 hour")),
				failedOrder("new", "f", ago("23 hours 59 minutes")), failedOrder("new", "g", ago("24 hours 1 minute")),
			},
			want: map[string]series{"failed_orders": {"stripe": 2, "toss": 0, "new": 1}},
		},
		{
			name: "without a pending payment the age is absent",
			rows: []string{payment("stripe", "PENDING", "card", ago("2 hours")), payment("stripe", "SUCCEEDED", "card", ago("1 hour"))},
			want: map[string]series{"payments_pending": {"stripe": 0}, "payment_oldest_pending_seconds": {}},
		},
		{
			name: "payments stay pending while no later payment of the provider ends",
			rows: []string{
				payment("stripe", "PENDING", "card", ago("20 hours")), // abandoned: a later payment ended
				payment("stripe", "SUCCEEDED", "card", ago("3 hours")),
				payment("stripe", "PENDING", "card", ago("2 hours")), // 7,200 s, the oldest without a later result
				payment("stripe", "PROCESSING", "card", ago("16 minutes")),
				payment("stripe", "CANCELLED", "card", ago("1 hour")), // no result: the shop cancels by itself
				payment("stripe", "PENDING", "card", ago("14 minutes")),
				payment("stripe", "PENDING", "card", ago("-1 hour")), // from a wrong clock
				payment("toss", "PENDING", "card", ago("3 hours")),
				payment("toss", "FAILED", "card", ago("2 hours")),
				payment("toss", "PENDING", "card", ago("10 minutes")),
				payment("other", "PENDING", "card", ago("23 hours 59 minutes")), // no payment of it ever ended
				payment("other", "PENDING", "card", ago("24 hours 1 minute")),
				payment("refunding", "PENDING", "card", ago("30 minutes")), payment("refunding", "REFUNDED", "card", ago("5 minutes")),
				payment("old", "PENDING", "card", ago("25 hours")),
			},
			want: map[string]series{"payments_pending": {"stripe": 2, "toss": 0, "other": 1, "refunding": 0}},
			approx: map[string]float64{
				"payment_oldest_pending_seconds stripe": 7200, "payment_oldest_pending_seconds other": 86340,
			},
		},
	}
}

func failedOrder(provider, order, created string) string {
	return insert("Payment", `order_id, provider, amount, status, failure_code, "createdAt"`,
		text(order), text(provider), "1", "'FAILED'", "'card_declined'", created)
}

// ofClasses returns series of failures of the last minutes, which are in every window.
func ofClasses(provider string, classes map[string]float64) series {
	all := series{}
	for class, value := range classes {
		for _, window := range []string{"10m", "15m", "1h", "1d", "7d", "30d"} {
			all[fmt.Sprintf("%s %s %s", provider, class, window)] = value
		}
	}
	return all
}
