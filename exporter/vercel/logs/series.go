package logs

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// series caches the counters of a vector by labels of a comparable type. A lookup, which every row
// needs, takes half as long as in the vector. It is safe for concurrent use.
type series[L labels] struct {
	vec        *prometheus.CounterVec
	initialize func(L) // creates the series that belong to a new one; may be nil

	mu    sync.RWMutex
	known map[L]prometheus.Counter
}

type labels interface {
	comparable
	values() []string
}

func newSeries[L labels](vec *prometheus.CounterVec) *series[L] {
	return &series[L]{vec: vec, known: map[L]prometheus.Counter{}}
}

func (s *series[L]) of(l L) prometheus.Counter {
	s.mu.RLock()
	counter, found := s.known[l]
	s.mu.RUnlock()
	if found {
		return counter
	}
	if s.initialize != nil {
		s.initialize(l)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[l] = s.vec.WithLabelValues(l.values()...)
	return s.known[l]
}
