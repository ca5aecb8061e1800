package marketplace

import "time"

const (
	mailsPerUser = 2
	digestSize   = 120
	tipsDelay    = 3 * day
	mailAttempts = 5 // after as many the queue gives up
)

// mail is a row of the queue. It is created, then due, then sent a little later by the cron that drains the queue.
type mail struct {
	index     int
	to        user
	template  string
	createdAt time.Time
	dueAt     time.Time
}

// emailTable has a welcome and, three days on, some tips for every user, a receipt for every paid order, and a digest that is just
// being sent.
func (w *world) emailTable() table {
	return table{
		name:    "EmailQueue",
		columns: []string{"id", "to", "template", "status", "attempts", "last_error", "scheduled_at", "sent_at", "created_at"},
		rows: func(yield func([]any) bool) {
			_ = w.userMails(yield) && w.receipts(yield) && w.digest(yield)
		},
	}
}

func (w *world) userMails(yield func([]any) bool) bool {
	for i := range w.users {
		u := w.user(i)
		welcome := mail{index: mailsPerUser * i, to: u, template: "welcome", createdAt: u.createdAt, dueAt: u.createdAt}
		tips := mail{
			index: mailsPerUser*i + 1, to: u, template: "tips", createdAt: u.createdAt, dueAt: u.createdAt.Add(tipsDelay),
		}
		if !yield(w.mailRow(welcome)) || !yield(w.mailRow(tips)) {
			return false
		}
	}
	return true
}

func (w *world) receipts(yield func([]any) bool) bool {
	for i := range w.orders {
		o := w.order(i)
		if o.paidAt.IsZero() {
			continue
		}
		m := mail{index: mailsPerUser*w.users + i, to: o.buyer, template: "receipt", createdAt: o.paidAt, dueAt: o.paidAt}
		if !yield(w.mailRow(m)) {
			return false
		}
	}
	return true
}

// digest is a batch that the cron has just begun to send.
func (w *world) digest(yield func([]any) bool) bool {
	created := w.now.Add(-20 * time.Second)
	for i := range min(digestSize, w.users) {
		m := mail{index: mailsPerUser*w.users + w.orders + i, to: w.user(i), template: "digest", createdAt: created, dueAt: created}
		row := w.mailRow(m)
		row[3], row[4], row[5], row[7] = "PENDING", 0, nil, nil
		if i < digestSize/10 {
			row[3], row[4] = "PROCESSING", 1
		}
		if !yield(row) {
			return false
		}
	}
	return true
}

func (w *world) mailRow(m mail) []any {
	d := w.dice(subjectEmail, m.index)
	sent := m.dueAt.Add(d.between(time.Second, 2*time.Minute))
	status, attempts, failure := "SENT", 1, any(nil)
	switch {
	case !w.past(sent):
		status, attempts = "PENDING", 0
	case d.chance(0.004):
		status, attempts, failure = "FAILED", mailAttempts, "550 mailbox unavailable"
	}
	row := []any{
		w.id(subjectEmail, m.index), address(m.to.index), m.template, status, attempts, failure, m.dueAt, nil, m.createdAt,
	}
	if status == "SENT" {
		row[7] = sent
	}
	return row
}
