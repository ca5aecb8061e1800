package postgres

import "time"

// totals are sums over all statements of a database. They never decrease when the server evicts an
// entry, because Prometheus would take the decrease for a counter reset and count the whole sum
// again.
type totals map[totalKey]*monotonic

type totalKey struct{ datname, metric string }

// next returns the counter of the metric for its current sum and the time of the latest reset of the
// statistics, which is zero if the server does not report it.
func (t totals) next(datname, metric string, sum float64, reset time.Time) float64 {
	key := totalKey{datname, metric}
	if t[key] == nil {
		t[key] = &monotonic{}
	}
	return t[key].next(sum, reset)
}

// monotonic turns a sum that loses evicted entries into a counter.
type monotonic struct {
	latest, evicted float64
	reset           time.Time // of the statistics; zero if it is not known
}

// next returns the counter for the current sum. A reset of the statistics resets the counter. Without
// the time of the reset, a sum below half of the previous one counts as a reset, and a smaller
// decrease as an eviction, which removes the least used twentieth of the entries.
func (m *monotonic) next(sum float64, reset time.Time) float64 {
	wasReset := sum < m.latest/2
	if !reset.IsZero() {
		wasReset = !m.reset.IsZero() && !reset.Equal(m.reset) || m.reset.IsZero() && wasReset
		m.reset = reset
	}
	switch {
	case wasReset:
		m.evicted = 0
	case sum < m.latest:
		m.evicted += m.latest - sum
	}
	m.latest = sum
	return m.latest + m.evicted
}
