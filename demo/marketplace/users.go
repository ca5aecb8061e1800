package marketplace

import (
	"fmt"
	"time"
)

const (
	sellerEvery   = 20  // every twentieth user sells
	verifierEvery = 200 // and every two hundredth checks what they sell
)

// user is a person as far as others need to know.
type user struct {
	index     int
	id        string
	createdAt time.Time
	leftAt    time.Time     // the last day of interest in the marketplace, often far in the future
	pause     time.Duration // mean time between two visits
	status    string
}

func (w *world) userID(index int) string { return w.id(subjectUser, index) }

func (w *world) user(index int) user {
	d := w.dice(subjectUser, index)
	u := user{index: index, id: w.userID(index), createdAt: w.calendar.at(spread(d, index, w.users, 0))}
	u.pause = pick(d, []choice[time.Duration]{{15, 2 * day}, {35, 7 * day}, {50, 25 * day}})
	// Half of all people look around and go; the others stay for most of a year.
	u.leftAt = u.createdAt.Add(d.after(pick(d, []choice[time.Duration]{{45, 12 * day}, {55, 270 * day}})))
	u.status = pick(d, []choice[string]{{970, "ACTIVE"}, {20, "SUSPENDED"}, {10, "BANNED"}})
	return u
}

// usersAt is how many users are registered at a share of the year.
func (w *world) usersAt(share float64) int { return countAt(share, w.users, 0) }

// activeUser finds somebody who has not left yet, or gives up after a few: a late visit is no harm.
func (w *world) activeUser(d dice, share float64, at time.Time) user {
	var u user
	for range 8 {
		if u = w.user(d.IntN(w.usersAt(share))); u.leftAt.After(at) {
			break
		}
	}
	return u
}

// seller is the index of a user who sells: more often an old hand than a new one.
func (w *world) seller(d dice, share float64) int {
	sellers := (w.usersAt(share) + sellerEvery - 1) / sellerEvery
	u := d.Float64()
	return int(u*u*float64(sellers)) * sellerEvery
}

func (w *world) verifier(d dice, at time.Time) int {
	verifiers := (w.usersAt(w.calendar.share(at)) - 1 + verifierEvery - 1) / verifierEvery
	return 1 + d.IntN(max(verifiers, 1))*verifierEvery
}

func role(index int) string {
	switch {
	case index%1000 == 7:
		return "admin"
	case index%verifierEvery == 1:
		return "verifier"
	case index%sellerEvery == 0:
		return "seller"
	default:
		return "user"
	}
}

func address(index int) string { return fmt.Sprintf("user%d@example.com", index) }

func (w *world) userTable() table {
	return table{
		name:    "User",
		columns: []string{"id", "email", "name", "locale", "status", "role", "subscriptionTier", "createdAt", "updatedAt"},
		rows: func(yield func([]any) bool) {
			for i := range w.users {
				u := w.user(i)
				locale := "ko"
				if i%4 == 3 {
					locale = "en"
				}
				if !yield([]any{
					u.id, address(i), fmt.Sprintf("User %d", i), locale, u.status, role(i), w.tierOf(u), u.createdAt, u.createdAt,
				}) {
					return
				}
			}
		},
	}
}

func (w *world) accountTable() table {
	return table{
		name:    "Account",
		columns: []string{"id", "userId", "provider", "providerAccountId"},
		rows: func(yield func([]any) bool) {
			for i := range w.users {
				d := w.dice(subjectAccount, i)
				with := oneOf(d, "google", "kakao", "github", "naver")
				if !yield([]any{w.id(subjectAccount, i), w.userID(i), with, fmt.Sprint(1_000_000 + i)}) {
					return
				}
			}
		},
	}
}
