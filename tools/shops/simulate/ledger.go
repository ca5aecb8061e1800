package simulate

import (
	"maps"
	"slices"
	"time"
)

// ledger counts events by the minute in which they were created and by their current status, as a
// table of the shop does, and adds them up over windows.
type ledger struct {
	statuses []string             // exposed; others classify the same events
	minutes  []map[string]float64 // a ring; nil without events
	now      int
	sums     map[time.Duration]map[string]float64
}

// windows returns those of the KPIs, by the value of the label.
func windows() map[string]time.Duration {
	const day = 24 * time.Hour
	return map[string]time.Duration{"10m": 10 * time.Minute, "15m": 15 * time.Minute, "1h": time.Hour, "1d": day, "7d": 7 * day}
}

func newLedger(statuses ...string) *ledger {
	l := &ledger{statuses: statuses, sums: map[time.Duration]map[string]float64{}}
	for _, window := range windows() {
		l.sums[window] = map[string]float64{}
		l.minutes = make([]map[string]float64, max(len(l.minutes), int(window.Minutes())))
	}
	return l
}

func (l *ledger) clone() *ledger {
	clone := &ledger{statuses: l.statuses, minutes: slices.Clone(l.minutes), now: l.now, sums: maps.Clone(l.sums)}
	for i, minute := range clone.minutes {
		clone.minutes[i] = maps.Clone(minute)
	}
	for window, sum := range clone.sums {
		clone.sums[window] = maps.Clone(sum)
	}
	return clone
}

// tick begins a minute. The windows lose the minutes that are too old.
func (l *ledger) tick() {
	for window, sum := range l.sums {
		for status, count := range *l.minute(int(window.Minutes()) - 1) {
			sum[status] -= count
		}
	}
	l.now = (l.now + 1) % len(l.minutes)
	*l.minute(0) = nil
}

// minute returns the minute that began an age ago.
func (l *ledger) minute(age int) *map[string]float64 {
	return &l.minutes[(l.now-age+len(l.minutes))%len(l.minutes)]
}

// add counts events of the minute that began an age ago.
func (l *ledger) add(age int, status string, count float64) {
	if count == 0 {
		return
	}
	minute := l.minute(age)
	if *minute == nil {
		*minute = map[string]float64{}
	}
	(*minute)[status] += count
	for window, sum := range l.sums {
		if age < int(window.Minutes()) {
			sum[status] += count
		}
	}
}

// end changes the status of pending events of the minute that began an age ago.
func (l *ledger) end(age int, status string, count float64) {
	l.add(age, "PENDING", -count)
	l.add(age, status, count)
}
