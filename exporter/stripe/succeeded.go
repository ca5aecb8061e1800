package stripe

import (
	"context"
	"encoding/json"
	"time"

	stripego "github.com/stripe/stripe-go/v86"
)

// overlap is how far a poll looks back before the newest known event, because events do not appear
// in the order of their times.
const overlap = 10 * time.Minute

// maxSucceeded limits the payments of two days in memory; each takes about 150 bytes.
const maxSucceeded = 500_000

// payment is a payment that succeeded.
type payment struct {
	succeeded time.Time
	currency  string
	amount    float64 // major units
}

// ledger holds the payments that succeeded today and yesterday, as Stripe reports them. One poll
// reads what is new; the first polls also read backwards, a bounded number of pages at a time.
type ledger struct {
	client   *client
	zone     *time.Location
	payments map[string]payment // by event ID
	newest   time.Time
	oldest   string    // ID of the event at which reading backwards continues
	complete bool      // everything since the start of yesterday is known
	limit    int       // of payments in memory
	full     bool      // a payment did not fit, so that the ledger is incomplete until the next day
	since    time.Time // start of the day before the latest update
}

func newLedger(c *client, zone *time.Location) *ledger {
	return &ledger{client: c, zone: zone, payments: map[string]payment{}, limit: maxSucceeded}
}

// yesterday returns the start of the day before now.
func (l *ledger) yesterday(now time.Time) time.Time {
	year, month, day := now.In(l.zone).Date()
	return time.Date(year, month, day-1, 0, 0, 0, 0, l.zone)
}

// update reads the events since the last update.
func (l *ledger) update(ctx context.Context, now time.Time) error {
	err := l.read(ctx, now)
	l.complete = l.complete && !l.full
	return err
}

func (l *ledger) read(ctx context.Context, now time.Time) error {
	start := l.yesterday(now)
	if l.full && start.Equal(l.since) {
		return nil
	}
	if l.full {
		l.payments, l.newest, l.oldest, l.full = map[string]payment{}, time.Time{}, "", false
	}
	l.since = start
	for id, p := range l.payments {
		if p.succeeded.Before(start) {
			delete(l.payments, id)
		}
	}
	since := start
	if !l.newest.IsZero() && l.newest.Add(-overlap).After(start) {
		since = l.newest.Add(-overlap)
	}
	events, more, err := l.client.succeeded(ctx, since, "")
	if err != nil {
		return err
	}
	first, last := l.newest.IsZero(), lastID(events)
	_, known := l.payments[last]
	l.add(events)
	switch {
	case first:
		l.complete, l.oldest = !more, last
		return nil
	case more && !known: // more new events than a poll reads: the gap is read backwards from here
		l.complete, l.oldest = false, last
	}
	if l.complete {
		return nil
	}
	if events, more, err = l.client.succeeded(ctx, start, l.oldest); err != nil {
		return err
	}
	l.add(events)
	l.complete = !more
	if id := lastID(events); id != "" {
		l.oldest = id
	}
	return nil
}

func lastID(events []*stripego.Event) string {
	if len(events) == 0 {
		return ""
	}
	return events[len(events)-1].ID
}

func (l *ledger) add(events []*stripego.Event) {
	for _, e := range events {
		var o object
		if e.Data == nil || json.Unmarshal(e.Data.Raw, &o) != nil {
			continue
		}
		if _, known := l.payments[e.ID]; !known && len(l.payments) >= l.limit {
			l.full = true
			continue
		}
		at := time.Unix(e.Created, 0)
		l.payments[e.ID] = payment{at, o.Currency, major(o.AmountReceived, o.Currency)}
		if at.After(l.newest) {
			l.newest = at
		}
	}
}

// total is the number and the amount of payments.
type total struct {
	count  int
	amount float64
}

// totals returns the payments of a day by currency and day. A currency of either day has both.
func (l *ledger) totals(now time.Time) map[[2]string]total {
	today := l.yesterday(now).AddDate(0, 0, 1)
	totals := map[[2]string]total{}
	for _, p := range l.payments {
		day := "yesterday"
		if !p.succeeded.Before(today) {
			day = "today"
		}
		for _, d := range []string{"today", "yesterday"} {
			t := totals[[2]string{p.currency, d}]
			if d == day {
				t.count, t.amount = t.count+1, t.amount+p.amount
			}
			totals[[2]string{p.currency, d}] = t
		}
	}
	return totals
}
