package marketplace

import (
	"iter"
	"time"
)

const (
	sessionLife      = 30 * day
	sessionsPerUser  = 1024 // room in the index of a session, far above what a year holds
	signedOutShare   = 0.3
	secondVisitShare = 0.3
)

// visits yields the times at which a user signed in, the first one at registration.
func (w *world) visits(u user) iter.Seq2[int, time.Time] {
	return func(yield func(int, time.Time) bool) {
		d := w.dice(subjectSession, u.index)
		at := u.createdAt
		for i := range sessionsPerUser {
			if !w.past(at) || at.After(u.leftAt) && i > 0 || !yield(i, at) {
				return
			}
			at = w.nextVisit(d, u, at, i == 0)
		}
	}
}

// nextVisit is never before the present one: rehour may choose an earlier hour of the same day.
func (w *world) nextVisit(d dice, u user, at time.Time, newcomer bool) time.Time {
	pause := d.after(u.pause)
	if newcomer && d.chance(secondVisitShare) {
		pause = day // curiosity brings people back on the next day
	}
	next := w.calendar.rehour(at.Add(pause), d.Float64())
	if next.Before(at) {
		return at.Add(time.Hour)
	}
	return next
}

func (w *world) sessionTable() table {
	return table{
		name:    "Session",
		columns: []string{"id", "userId", "createdAt", "expiresAt"},
		rows: func(yield func([]any) bool) {
			for i := range w.users {
				if !w.userSessions(w.user(i), yield) {
					return
				}
			}
		},
	}
}

// userSessions leaves out the sessions that ended with a sign-out, because the application deletes those.
func (w *world) userSessions(u user, yield func([]any) bool) bool {
	for i, at := range w.visits(u) {
		index := u.index*sessionsPerUser + i
		if w.dice(subjectSession, -index-1).chance(signedOutShare) {
			continue
		}
		if !yield([]any{w.id(subjectSession, index), u.id, at, at.Add(sessionLife)}) {
			return false
		}
	}
	return true
}
