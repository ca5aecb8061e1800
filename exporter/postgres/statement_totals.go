package postgres

// totals are sums over all statements of a database. They never decrease when the server evicts an
// entry, because Prometheus would take the decrease for a counter reset and count the whole sum
// again.
type totals map[totalKey]*monotonic

type totalKey struct{ datname, metric string }

// next returns the counter of the metric for its current sum.
func (t totals) next(datname, metric string, sum float64) float64 {
	key := totalKey{datname, metric}
	if t[key] == nil {
		t[key] = &monotonic{}
	}
	return t[key].next(sum)
}

// monotonic turns a sum that loses evicted entries into a counter.
type monotonic struct{ latest, evicted float64 }

// next returns the counter for the current sum. A sum below half of the previous one means that the
// statistics were reset, which resets the counter. A smaller decrease is an eviction, which removes
// the least used twentieth of the entries.
func (m *monotonic) next(sum float64) float64 {
	switch {
	case sum < m.latest/2:
		m.evicted = 0
	case sum < m.latest:
		m.evicted += m.latest - sum
	}
	m.latest = sum
	return m.latest + m.evicted
}
