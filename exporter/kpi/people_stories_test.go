package kpi

func peopleStories() []story {
	return []story{
		{
			says: "a user is active once, however many things show it",
			rows: []string{
				// ann: four signs of one day. bob: an order an hour inside the week, and one older. Session rows of
				// cid are gone since the sign-out, the review tells. dan is a minute too early for the day, eve for
				// the month. fay's session is dated tomorrow, by a clock that is wrong.
				session("ann", ago("23 hours 59 minutes")), order("ann", ago("2 hours")),
				prompt("ann", "", ago("3 hours")), review("ann", ago("4 hours")),
				order("bob", ago("6 days 23 hours")), order("bob", ago("20 days")),
				review("cid", ago("29 days 23 hours")),
				session("dan", ago("24 hours 1 minute")),
				prompt("eve", "", ago("30 days 1 minute")),
				session("fay", ago("-24 hours")),
			},
			// 1d: ann. 7d: ann, bob, dan. 30d: those and cid.
			want: map[string]answers{"active_users": {"1d": 1, "7d": 3, "30d": 4}},
		},
		{
			says: "a user who was away and came back is not churned",
			rows: []string{
				session("gone", ago("31 days")),
				session("back", ago("45 days")), session("back", ago("2 days")),
				session("long gone", ago("60 days 1 hour")),
				session("new", ago("29 days 23 hours")), session("newer", ago("29 days 16 hours")),
				review("signed out", ago("40 days")), // the session was deleted, the review was not
				session("almost gone", ago("59 days 23 hours")),
				session("buyer again", ago("45 days")), order("buyer again", ago("10 days")),
			},
			want: map[string]answers{
				// Active 60 to 30 days ago: gone, back, signed out, almost gone, buyer again.
				"churn_base_users": {"": 5},
				// Without back and buyer again.
				"churned_users": {"": 3},
				// back is in the week; new, newer and buyer again are in the month with it.
				"active_users": {"1d": 0, "7d": 1, "30d": 4},
			},
		},
		{
			says: "accounts are counted by status and by when they were made",
			rows: []string{
				account("a", ago("23 hours 59 minutes")), account("b", ago("24 hours 1 minute")),
				account("c", ago("6 days 23 hours 59 minutes")), account("d", ago("7 days 1 minute")),
				account("e", ago("29 days 23 hours 59 minutes")), account("f", ago("30 days 1 minute")),
				`UPDATE "User" SET status = 'BANNED' WHERE id IN ('a', 'f')`,
			},
			want: map[string]answers{
				"users":              {"ACTIVE": 4, "SUSPENDED": 0, "BANNED": 2}, // nobody is suspended: 0, not absent
				"user_registrations": {"1d": 1, "7d": 3, "30d": 5},
			},
		},
		{
			says: "in an empty marketplace counts are 0, and what has no denominator is absent",
			want: map[string]answers{
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
				"mrr":                      {"KRW": 0},
				"subscriptions":            {},
			},
		},
	}
}
