package traces

import (
	"slices"
	"sync"
	"time"
)

// pending holds the spans that wait for others of their trace, because different exporters send the
// spans of one request in separate deliveries, and the counted spans of the deduplication window.
// It is safe for concurrent use.
type pending struct {
	wait     time.Duration // of a span
	window   time.Duration // how long counted spans are kept
	maxSpans int           // waiting and kept

	mu     sync.Mutex
	traces map[traceID]*trace
	queue  []arrival // of waiting spans
	kept   []arrival // of spans that have been flushed
	spans  int
	early  int // spans that were flushed before their wait was over
}

// arrival is the arrival of spans of one trace.
type arrival struct {
	at    time.Time
	trace *trace
}

// flushed are the spans to count, and how late others were that are not counted.
type flushed struct {
	entries  []entry
	lateness []time.Duration
}

func newPending(wait, window time.Duration, maxSpans int) *pending {
	return &pending{wait: wait, window: window, maxSpans: maxSpans, traces: map[traceID]*trace{}}
}

// add adds spans that have just arrived, and returns those to count now.
func (p *pending) add(entries []entry) flushed {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for i := range entries {
		e := &entries[i]
		tr := p.traces[e.trace]
		if tr == nil {
			tr = &trace{id: e.trace}
			p.traces[e.trace] = tr
		}
		if tr.arrivals == 0 || !tr.latest.Equal(now) {
			tr.arrivals++
			tr.latest = now
			p.queue = append(p.queue, arrival{now, tr})
		}
		e.arrived = now
		tr.entries = append(tr.entries, *e)
	}
	p.spans += len(entries)
	return p.flush(now)
}

// settle returns all waiting spans, at shutdown.
func (p *pending) settle() flushed {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flush(time.Now().Add(p.wait))
}

func (p *pending) flush(now time.Time) (all flushed) {
	for {
		for len(p.kept) > 0 && (p.spans > p.maxSpans || !p.kept[0].at.Add(p.window).After(now)) {
			p.evict()
		}
		if len(p.queue) == 0 {
			break
		}
		next := p.queue[0]
		due := !next.at.Add(p.wait).After(now)
		if !due && p.spans <= p.maxSpans {
			break
		}
		p.queue[0] = arrival{} // releases the trace
		p.queue = p.queue[1:]
		before := len(all.entries)
		next.trace.flush(next.at, p.wait, &all)
		if !due {
			p.early += len(all.entries) - before
		}
		next.trace.arrivals--
		p.shrink(next.trace, func() { next.trace.prune(next.at.Add(-p.wait)) })
		if len(next.trace.entries) > 0 {
			p.kept = append(p.kept, next)
		}
	}
	return all
}

// evict removes the oldest counted spans.
func (p *pending) evict() {
	oldest := p.kept[0]
	p.kept[0] = arrival{} // releases the trace
	p.kept = p.kept[1:]
	p.shrink(oldest.trace, func() {
		oldest.trace.entries = slices.DeleteFunc(oldest.trace.entries, func(e entry) bool {
			return e.state != waiting && !e.arrived.After(oldest.at)
		})
	})
}

// shrink removes spans of a trace, and the trace with its last span.
func (p *pending) shrink(tr *trace, remove func()) {
	before := len(tr.entries)
	remove()
	p.spans -= before - len(tr.entries)
	if len(tr.entries) == 0 && p.traces[tr.id] == tr {
		delete(p.traces, tr.id)
	}
}

// flushedEarly returns how many spans were flushed early since the start.
func (p *pending) flushedEarly() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(p.early)
}
