package postgres

// totals are sums over all statements of a database that never go down because the server evicted an entry: Prometheus
// would take that for a restart from zero and count everything a second time.
type totals map[totalKey]*monotone

type totalKey struct{ datname, metric string }

// next returns the counter called metric for the sum as it is now.
func (t totals) next(datname, metric string, sum float64) float64 {
	key := totalKey{datname, metric}
	if t[key] == nil {
		t[key] = &monotone{}
	}
	return t[key].next(sum)
}

// monotone makes a counter of a sum that loses parts now and then.
type monotone struct{ seen, lost float64 }

// next returns the counter for the sum as it is now. A sum that is less than half of what it was has been reset, and
// so is the counter; a smaller loss is an eviction, which takes the least used twentieth of the entries.
func (m *monotone) next(sum float64) float64 {
	switch {
	case sum < m.seen/2:
		m.lost = 0
	case sum < m.seen:
		m.lost += m.seen - sum
	}
	m.seen = sum
	return m.seen + m.lost
}
