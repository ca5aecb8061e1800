package simulate

import "slices"

// status is that of a payment or an email, or a class of failed payments.
type status int

const (
	pending status = iota
	succeeded
	failed
	canceled
	processing
	refunded
	sent
	declined
	providerError
	statuses // their number
)

// window is one of those of the KPIs.
type window struct {
	name    string
	minutes int
}

func windows() [5]window {
	return [5]window{{"10m", 10}, {"15m", 15}, {"1h", 60}, {"1d", 24 * 60}, {"7d", week}}
}

const week = 7 * 24 * 60 // in minutes

// counts are numbers of events by status.
type counts [statuses]float64

// ledger counts events by the minute in which they were created and by their current status, as a
// table of the shop does, and adds them up over windows.
type ledger struct {
	minutes []counts // a ring
	now     int
	sums    [5]counts // by window
}

func newLedger() ledger { return ledger{minutes: make([]counts, week)} }

func (l ledger) clone() ledger {
	l.minutes = slices.Clone(l.minutes)
	return l
}

// tick begins a minute. The windows lose the minutes that are too old.
func (l *ledger) tick() {
	for i, window := range windows() {
		for status, count := range l.minute(window.minutes - 1) {
			l.sums[i][status] -= count
		}
	}
	l.now = (l.now + 1) % week
	*l.minute(0) = counts{}
}

// minute returns the minute that began an age ago.
func (l *ledger) minute(age int) *counts { return &l.minutes[(l.now-age+week)%week] }

// add counts events of the minute that began an age ago.
func (l *ledger) add(age int, status status, count float64) {
	l.minute(age)[status] += count
	for i, window := range windows() {
		if age < window.minutes {
			l.sums[i][status] += count
		}
	}
}

// end changes the status of pending events of the minute that began an age ago.
func (l *ledger) end(age int, status status, count float64) {
	l.add(age, pending, -count)
	l.add(age, status, count)
}
