package kpi

func peopleStories() []story {
	return []story{
		{
			name: "a user with several activities is counted once",
			rows: []string{
				// ann has four activities within a day. bob has an order an hour inside the week
				// and an older one. The sessions of cid were deleted at sign-out, so only the
				// review counts. dan is a minute too early for the day, eve for the month. A wrong
				// clock dated the session of fay tomorrow.
				session("ann", ago("23 hours 59 minutes")), order("ann", ago("2 hours")),
				prompt("ann", "", ago("3 hours")), review("ann", ago("4 hours")),
				order("bob", ago("6 days 23 hours")), order("bob", ago("20 days")),
				review("cid", ago("29 days 23 hours")),
				session("dan", ago("24 hours 1 minute")),
				prompt("eve", "", ago("30 days 1 minute")),
				session("fay", ago("-24 hours")),
			},
			// 1d: ann. 7d: ann, bob, dan. 30d: ann, bob, dan, cid.
			want: map[string]series{"active_users": {"1d": 1, "7d": 3, "30d": 4}},
		},
		{
			name: "a user who returned is not churned",
			rows: []string{
				session("gone", ago("31 days")),
				session("back", ago("45 days")), session("back", ago("2 days")),
				session("long gone", ago("60 days 1 hour")),
				session("new", ago("29 days 23 hours")), session("newer", ago("29 days 16 hours")),
				review("signed out", ago("40 days")), // the session was deleted, the review was not
				session("almost gone", ago("59 days 23 hours")),
				session("buyer again", ago("45 days")), order("buyer again", ago("10 days")),
			},
			want: map[string]series{
				// Active 60 to 30 days ago: gone, back, signed out, almost gone, buyer again.
				"churn_base_users": {"": 5},
				// Without back and buyer again.
				"churned_users": {"": 3},
				// 7d: back. 30d: back, new, newer, buyer again.
				"active_users": {"1d": 0, "7d": 1, "30d": 4},
			},
		},
		{
			name: "accounts are counted by status and by creation time",
			rows: []string{
				account("a", ago("23 hours 59 minutes")), account("b", ago("24 hours 1 minute")),
				account("c", ago("6 days 23 hours 59 minutes")), account("d", ago("7 days 1 minute")),
				account("e", ago("29 days 23 hours 59 minutes")), account("f", ago("30 days 1 minute")),
				`UPDATE "User" SET status = 'BANNED' WHERE id IN ('a', 'f')`,
			},
			want: map[string]series{
				"users":              {"ACTIVE": 4, "SUSPENDED": 0, "BANNED": 2}, // no account is suspended: 0, not absent
				"user_registrations": {"1d": 1, "7d": 3, "30d": 5},
			},
		},
		{
			name: "in an empty marketplace counts are 0 and series without rows are absent",
			want: map[string]series{
				"active_users":             {"1d": 0, "7d": 0, "30d": 0},
				"users":                    {"ACTIVE": 0, "SUSPENDED": 0, "BANNED": 0},
				"user_registrations":       {"1d": 0, "7d": 0, "30d": 0},
				"retention_cohort_users":   {},
				"retention_retained_users": {},
				"churn_base_users":         {"": 0},
				"churned_users":            {"": 0},
				"category_paid_orders":     {},
				"category_prompts":         {},
				"gmv":                      {},
				"paid_orders":              {},
				"payments":                 {},
				"payments_by_method":       {},
				"refunds":                  {},
				"refunded":                 {},
				"commission":               {},
				"mrr":                      {"KRW month": 0, "KRW year": 0},
				"subscriptions":            {},
			},
		},
	}
}
