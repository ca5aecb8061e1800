package marketplace

import "time"

const subscriberShare = 0.08

// subscription is the last state of a user's plan.
type subscription struct {
	tier, interval, status string
	createdAt, start, end  time.Time
	cancelAtEnd            bool
}

func (w *world) subscription(u user) (subscription, bool) {
	d := w.dice(subjectSubscription, u.index)
	started := u.createdAt.Add(d.after(20 * day))
	if !d.chance(subscriberShare) || !w.past(started) {
		return subscription{}, false
	}
	s := subscription{createdAt: started, status: "ACTIVE"}
	s.tier = pick(d, []choice[string]{{60, "BASIC"}, {32, "PRO"}, {8, "ENTERPRISE"}})
	s.interval = pick(d, []choice[string]{{80, "month"}, {20, "year"}})
	ends := started.Add(d.after(500 * day))
	s.start, s.end = s.period(min(w.now.Sub(started), ends.Sub(started)))
	switch {
	case w.past(s.end):
		s.status = "CANCELLED"
	case w.past(ends): // paid until the end of the period, not to be renewed
		s.cancelAtEnd = true
	case d.chance(0.02):
		s.status = "PAST_DUE"
	}
	return s, true
}

// period is the billing period in which an age of the subscription falls.
func (s subscription) period(age time.Duration) (start, end time.Time) {
	months := 1
	if s.interval == "year" {
		months = 12
	}
	start = s.createdAt
	for n := months; ; n += months {
		end = s.createdAt.AddDate(0, n, 0)
		if end.After(s.createdAt.Add(age)) {
			return start, end
		}
		start = end
	}
}

// tierOf is what a user's account shows.
func (w *world) tierOf(u user) string {
	if s, ok := w.subscription(u); ok && s.status != "CANCELLED" {
		return s.tier
	}
	return "FREE"
}

func (w *world) planTable() table {
	return table{
		name:    "SubscriptionPlan",
		columns: []string{"id", "tier", "monthlyPrice", "yearlyPrice"},
		rows: func(yield func([]any) bool) {
			_ = yield([]any{w.id(subjectPlan, 0), "BASIC", 9900, 99000}) &&
				yield([]any{w.id(subjectPlan, 1), "PRO", 29000, 290000}) &&
				yield([]any{w.id(subjectPlan, 2), "ENTERPRISE", 99000, 990000})
		},
	}
}

func (w *world) subscriptionTable() table {
	return table{
		name: "Subscription",
		columns: []string{
			"id", "userId", "tier", "status", "interval", "currentPeriodStart", "currentPeriodEnd", "cancelAtPeriodEnd", "createdAt",
		},
		rows: func(yield func([]any) bool) {
			for i := range w.users {
				u := w.user(i)
				s, ok := w.subscription(u)
				if ok && !yield([]any{
					w.id(subjectSubscription, i), u.id, s.tier, s.status, s.interval, s.start, s.end, s.cancelAtEnd, s.createdAt,
				}) {
					return
				}
			}
		},
	}
}
