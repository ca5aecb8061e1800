package kpi

// T is today in Seoul. Retention counts users registered on day D who were active on D+N. The seven
// latest D whose D+N is over are
//
//	N = 1:  T-8  … T-2
//	N = 7:  T-14 … T-8
//	N = 30: T-37 … T-31
func retentionStories() []story {
	return []story{
		{
			name: "a cohort begins and ends at midnight in Seoul",
			rows: []string{
				account("a", onDay(8, "00:00:00")),     // first moment for N=1, and on the last day for N=7
				account("b", onDay(9, "23:59:59.999")), // too early for N=1, in N=7
				account("c", onDay(2, "23:59:59.999")), // last moment for N=1
				account("d", onDay(1, "00:00:00")),     // D+1 is today, which is not over
				account("e", onDay(15, "23:59:59.999")),
				account("f", onDay(14, "00:00:00")), // first moment for N=7
				account("g", onDay(31, "23:59:59.999")),
				account("h", onDay(30, "00:00:00")),
				account("i", onDay(37, "00:00:00")),
				account("j", onDay(38, "23:59:59.999")),

				// a is active three times in the first moment of D+1, and in the last moment of D+7
				// = T-1.
				session("a", onDay(7, "00:00:00")), review("a", onDay(7, "00:00:00")), order("a", onDay(7, "00:00:00")),
				session("a", onDay(1, "23:59:59.999")),
				session("b", onDay(3, "23:59:59.999")), // a millisecond before D+7 = T-2
				session("c", onDay(0, "00:00:00")),     // just after D+1 = T-1
				session("d", onDay(0, "00:00:00")),
				review("f", onDay(7, "12:00:00")),             // D+7
				order("g", onDay(1, "00:00:00")),              // D+30
				prompt("i", "art", onDay(8, "23:59:59.999")),  // a millisecond before D+30 = T-7
				session("another", onDay(1, "12:00:00")),      // active, in no cohort
				session("h", onDay(0, "00:00:00")),            // D+30 is today, which is not over
				session("e", onDay(8, "12:00:00")),            // D+7, but D is a day too early
				session("j", onDay(8, "12:00:00")),            // D+30, but D is a day too early
				session("f", onDay(13, "12:00:00")),           // D+1 of a D that is too early for N=1
				session("g", onDay(30, "12:00:00")),           // D+1 of a D that is too early for N=1
				session("i", onDay(7, "23:59:59.999")+"+'1'"), // a second later: T-6, D+31
			},
			want: map[string]series{
				"retention_cohort_users":   {"1": 2, "7": 3, "30": 2}, // a c; a b f; g i
				"retention_retained_users": {"1": 1, "7": 2, "30": 1}, // a; a f; g
			},
		},
		{
			name: "a cohort whose day is not over is absent, not zero",
			rows: []string{
				account("a", onDay(1, "00:00:00")), account("b", onDay(0, "00:00:00")),
				session("a", onDay(0, "00:00:00")), session("b", onDay(0, "00:00:00")),
			},
			want: map[string]series{"retention_cohort_users": {}, "retention_retained_users": {}},
		},
		{
			name: "a cohort without returning users is zero, not absent",
			rows: []string{account("a", onDay(3, "12:00:00")), session("a", onDay(3, "12:00:00"))},
			want: map[string]series{"retention_cohort_users": {"1": 1}, "retention_retained_users": {"1": 0}},
		},
	}
}
