package traces

import (
	"slices"
	"sync"
	"time"
)

// pending holds the spans that wait for others of their trace, because different exporters send the
// spans of one request in separate deliveries. It is safe for concurrent use.
type pending struct {
	wait     time.Duration // of a span
	maxSpans int

	mu     sync.Mutex
	traces map[traceID]*trace
	queue  []arrival
	spans  int
	early  int // spans that were flushed before their wait was over
}

// arrival is the arrival of spans of one trace.
type arrival struct {
	at    time.Time
	trace *trace
}

func newPending(wait time.Duration, maxSpans int) *pending {
	return &pending{wait: wait, maxSpans: maxSpans, traces: map[traceID]*trace{}}
}

// add adds spans that have just arrived, and returns those to count now.
func (p *pending) add(entries []entry) []entry {
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

// due returns the spans to count now.
func (p *pending) due() []entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flush(time.Now())
}

func (p *pending) flush(now time.Time) []entry {
	var count []entry
	for len(p.queue) > 0 {
		next := p.queue[0]
		due := !next.at.Add(p.wait).After(now)
		if !due && p.spans <= p.maxSpans {
			break
		}
		p.queue = p.queue[1:]
		before := len(count)
		count = next.trace.flush(next.at, count)
		if !due {
			p.early += len(count) - before
		}
		p.remove(next)
	}
	return count
}

// remove removes a trace without waiting spans. A trace that continues, such as a visit with
// several pages, keeps the spans to which spans that arrive later may belong.
func (p *pending) remove(flushed arrival) {
	tr := flushed.trace
	before := len(tr.entries)
	tr.arrivals--
	if tr.arrivals == 0 {
		delete(p.traces, tr.id)
		tr.entries = nil
	} else {
		tr.entries = slices.DeleteFunc(tr.entries, func(e entry) bool {
			return e.state != waiting && flushed.at.Sub(e.arrived) > p.wait
		})
	}
	p.spans -= before - len(tr.entries)
}

// flushedEarly returns how many spans were flushed early since the start.
func (p *pending) flushedEarly() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(p.early)
}
