package marketplace

import (
	"fmt"
	"time"
)

const wishesPerUser = 3

// wishlistTable gives every third user up to three different prompts to dream of.
func (w *world) wishlistTable() table {
	return table{
		name:    "Wishlist",
		columns: []string{"id", "user_id", "product_id", "created_at"},
		rows: func(yield func([]any) bool) {
			for i := 0; i < w.users; i += 3 {
				if !w.wishes(w.user(i), yield) {
					return
				}
			}
		},
	}
}

func (w *world) wishes(u user, yield func([]any) bool) bool {
	d := w.dice(subjectWishlist, u.index)
	first := d.IntN(w.products)
	for n := range 1 + d.IntN(wishesPerUser) {
		p := w.prompt((first + n) % w.products)
		at := latest(u.createdAt, p.createdAt).Add(d.after(10 * day))
		if w.past(at) && !yield([]any{w.id(subjectWishlist, u.index*wishesPerUser+n), u.id, p.id, at}) {
			return false
		}
	}
	return true
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// notificationTable tells sellers of their sales; most have read it within a day or two.
func (w *world) notificationTable() table {
	return table{
		name:    "Notification",
		columns: []string{"id", "userId", "type", "payload", "readAt", "createdAt"},
		rows: func(yield func([]any) bool) {
			for i := range w.orders {
				o := w.order(i)
				if o.paidAt.IsZero() {
					continue
				}
				read := o.paidAt.Add(w.dice(subjectNotification, i).after(30 * time.Hour))
				if !yield([]any{
					w.id(subjectNotification, i), w.userID(o.prompt.seller), "sale", fmt.Sprintf(`{"order": %q}`, o.id), w.orNull(read), o.paidAt,
				}) {
					return
				}
			}
		},
	}
}

// ticketTable has a ticket for every fiftieth order that somebody has a question about.
func (w *world) ticketTable() table {
	return table{
		name:    "SupportTicket",
		columns: []string{"id", "user_id", "order_id", "subject", "status", "priority", "created_at", "resolved_at"},
		rows: func(yield func([]any) bool) {
			for i := 0; i < w.orders; i += 50 {
				if row, opened := w.ticket(w.order(i)); opened && !yield(row) {
					return
				}
			}
		},
	}
}

func (w *world) ticket(o order) ([]any, bool) {
	d := w.dice(subjectTicket, o.index)
	opened := o.createdAt.Add(d.after(2 * day))
	resolved := opened.Add(d.after(day))
	status := "open"
	if w.past(resolved) {
		status = "resolved"
	}
	subject := oneOf(d, "the prompt does not work", "where is my receipt?", "please change the billing address", "refund?")
	priority := oneOf(d, "low", "normal", "normal", "high")
	row := []any{w.id(subjectTicket, o.index), o.buyer.id, o.id, subject, status, priority, opened, w.orNull(resolved)}
	return row, w.past(opened)
}
