package logs

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// series are counters by labels of a comparable type. To find one costs half of what a CounterVec takes, and every row does.
// It is safe for concurrent use.
type series[L labels] struct {
	vec  *prometheus.CounterVec
	bear func(L) // makes the siblings of a series that is new; may be nil

	mu    sync.RWMutex
	known map[L]prometheus.Counter
}

type labels interface {
	comparable
	values() []string
}

func newSeries[L labels](vec *prometheus.CounterVec, bear func(L)) *series[L] {
	return &series[L]{vec: vec, bear: bear, known: map[L]prometheus.Counter{}}
}

func (s *series[L]) of(l L) prometheus.Counter {
	s.mu.RLock()
	counter, found := s.known[l]
	s.mu.RUnlock()
	if found {
		return counter
	}
	if s.bear != nil {
		s.bear(l)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[l] = s.vec.WithLabelValues(l.values()...)
	return s.known[l]
}
