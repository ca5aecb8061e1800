package traces

import (
	"slices"
	"sync"
	"time"
)

// pending are traces of which spans are still to come: those of one request are sent by different exporters, each in
// deliveries of its own. It is safe for concurrent use.
type pending struct {
	patience time.Duration // that spans wait for others
	most     int           // spans that wait at once

	mu     sync.Mutex
	traces map[traceID]*trace
	queue  []arrival
	spans  int
	early  int // spans that were counted before their time, for lack of room
}

// arrival is of spans of one trace, in one delivery.
type arrival struct {
	at    time.Time
	trace *trace
}

func newPending(patience time.Duration, most int) *pending {
	return &pending{patience: patience, most: most, traces: map[traceID]*trace{}}
}

// add takes spans that have just come, and returns those that count now.
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
	return p.settle(now)
}

// due returns the spans that count by now.
func (p *pending) due() []entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settle(time.Now())
}

func (p *pending) settle(now time.Time) []entry {
	var count []entry
	for len(p.queue) > 0 {
		next := p.queue[0]
		due := !next.at.Add(p.patience).After(now)
		if !due && p.spans <= p.most {
			break
		}
		p.queue = p.queue[1:]
		before := len(count)
		count = next.trace.settle(next.at, count)
		if !due {
			p.early += len(count) - before
		}
		p.forget(next)
	}
	return count
}

// forget lets go of a trace of which nothing waits any more. One that goes on, such as that of a visit in which page follows
// page, keeps what spans still under way may belong to.
func (p *pending) forget(settled arrival) {
	tr := settled.trace
	before := len(tr.entries)
	tr.arrivals--
	if tr.arrivals == 0 {
		delete(p.traces, tr.id)
		tr.entries = nil
	} else {
		tr.entries = slices.DeleteFunc(tr.entries, func(e entry) bool {
			return e.state != waiting && settled.at.Sub(e.arrived) > p.patience
		})
	}
	p.spans -= before - len(tr.entries)
}

// hurried is how many spans were counted before their time, since the start.
func (p *pending) hurried() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(p.early)
}
