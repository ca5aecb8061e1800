package kpi

func mail(status, created string) string {
	return insert("EmailQueue", "status, created_at, scheduled_at", text(status), created, ago("-1 day"))
}

func due(status, scheduled, sent string) string {
	return insert("EmailQueue", "status, created_at, scheduled_at, sent_at", text(status), ago("2 days"), scheduled, sent)
}

func mailStories() []story {
	return []story{
		{
			name: "emails are counted by the time of queueing and by status",
			rows: []string{
				mail("SENT", ago("59 minutes")), mail("SENT", ago("61 minutes")), mail("FAILED", ago("23 hours 59 minutes")),
				mail("SENT", ago("24 hours 1 minute")), mail("PENDING", ago("30 minutes")), mail("PENDING", ago("9 minutes")),
			},
			want: map[string]series{
				"emails": {
					"PENDING 10m": 1, "PENDING 1h": 2, "PENDING 1d": 2, "PROCESSING 10m": 0, "PROCESSING 1h": 0, "PROCESSING 1d": 0,
					"SENT 10m": 0, "SENT 1h": 1, "SENT 1d": 2, "FAILED 10m": 0, "FAILED 1h": 0, "FAILED 1d": 1,
				},
				"email_oldest_pending_seconds": {}, // all emails are scheduled for tomorrow
			},
		},
		{
			name: "the oldest pending email is the unsent one that was due first",
			rows: []string{
				due("PENDING", ago("10 minutes"), "NULL"), due("PROCESSING", ago("25 minutes"), "NULL"), // 25 × 60 = 1,500 s
				due("SENT", ago("3 hours"), ago("2 hours")),
				due("FAILED", ago("5 hours"), "NULL"), // no longer pending
				due("PENDING", ago("-1 hour"), "NULL"),
			},
			approx: map[string]float64{"email_oldest_pending_seconds": 1500},
		},
		{
			name: "files are counted by status, including statuses without files",
			rows: append(times(2, insert("File", "user_id, status", "'u'", "'ACTIVE'")),
				insert("File", "user_id, status", "'u'", "'QUARANTINED'")),
			want: map[string]series{"files": {"ACTIVE": 2, "DELETED": 0, "SCANNING": 0, "QUARANTINED": 1}},
		},
	}
}
