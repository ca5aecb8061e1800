package postgres

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// memory is what is kept of one part between scrapes. Losing it costs one query, never a value.
type memory struct {
	refusal error     // what the server said when it refused the part
	retry   time.Time // when to ask again

	metrics []prometheus.Metric // of the slow tier: the latest answer
	at      time.Time           // when it came
}

// staleAfter is how many slow intervals an answer of the slow tier outlives its successors' failures.
const staleAfter = 3

func (v *visit) recall(part string) *memory {
	m := v.memory[part]
	if m == nil {
		m = &memory{}
		v.memory[part] = m
	}
	return m
}

// keep emits what a family answered, and remembers it if it is of the slow tier.
func (v *visit) keep(f family, metrics []prometheus.Metric) {
	for _, metric := range metrics {
		v.emit(metric)
	}
	if f.slow {
		m := v.recall(f.part)
		m.metrics, m.at = metrics, v.now
	}
}

// replay emits the remembered answer of a slow part and reports whether that is enough for now.
func (v *visit) replay(part string) bool {
	m := v.recall(part)
	if m.at.IsZero() || v.now.Sub(m.at) >= v.config.SlowInterval {
		return false
	}
	for _, metric := range m.metrics {
		v.emit(metric)
	}
	return true
}

// replayStale emits the remembered answer of a part that has just failed, as long as it is of any use.
func (v *visit) replayStale(part string) {
	m := v.recall(part)
	if v.now.Sub(m.at) >= staleAfter*v.config.SlowInterval {
		m.metrics = nil
	}
	for _, metric := range m.metrics {
		v.emit(metric)
	}
}

func remove(parts []string, part string) []string {
	return slices.DeleteFunc(parts, func(p string) bool { return p == part })
}
