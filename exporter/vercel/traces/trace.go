package traces

import "time"

// A request is told of by several spans, and so may be a call: Vercel has one, Next.js has one, the instrumentation of fetch
// has one. Which of them counts is decided here, from all spans of the trace that have come.
//
//   - The root of Next.js counts: it knows the route. It covers the servers above it, up to the call that led to the request.
//   - Of servers one within another the outermost counts. It borrows what only an inner one knows.
//   - Of calls one within another the innermost counts: it knows the status.
//
// A span that comes later than the patience of the drain no longer changes what was counted, and does not count again.

// state is what has become of an entry.
type state byte

const (
	waiting state = iota
	counted
	left // another span stands for it
)

// trace is what has come of one.
type trace struct {
	id       traceID
	entries  []entry
	arrivals int // that are still to be settled
	latest   time.Time
	index    map[spanID]int // of entries; nil for so few that looking at each is quicker
	loose    bool           // there is a root of Next.js of which what is above has not come
}

const (
	fewEntries = 16
	// deepest is how many spans above one are looked at: more than any application has, or a chain made to cost time.
	deepest = 64
)

// settle decides on the spans that arrived until then, and appends those that count.
func (tr *trace) settle(until time.Time, count []entry) []entry {
	tr.indexEntries()
	tr.loose = false
	for i := range tr.entries {
		e := &tr.entries[i]
		tr.cover(e)
		tr.loose = tr.loose || e.role == nextRoot && e.loose
	}
	for i := range tr.entries {
		e := &tr.entries[i]
		if e.state != waiting || e.arrived.After(until) {
			continue
		}
		e.state = left
		if tr.counts(e) {
			e.state = counted
			count = append(count, *e)
		}
	}
	return count
}

func (tr *trace) indexEntries() {
	tr.index = nil
	if len(tr.entries) <= fewEntries {
		return
	}
	tr.index = make(map[spanID]int, len(tr.entries))
	for i := range tr.entries {
		tr.index[tr.entries[i].id] = i
	}
}

// above returns the span that e is a part of, or nil if it has not come.
func (tr *trace) above(e *entry) *entry {
	if e.parent == (spanID{}) {
		return nil
	}
	if tr.index != nil {
		if i, found := tr.index[e.parent]; found {
			return &tr.entries[i]
		}
		return nil
	}
	for i := range tr.entries {
		if tr.entries[i].id == e.parent {
			return &tr.entries[i]
		}
	}
	return nil
}

// cover marks the spans above e that e stands for, or e itself if one above stands for it.
func (tr *trace) cover(e *entry) {
	e.loose = false
	if e.role == nothing {
		return
	}
	met := false // a server for which e stands
	for at, hops := e, 0; hops < deepest; hops++ {
		next := tr.above(at)
		if next == nil {
			e.loose = !met && at.parent != spanID{}
			return
		}
		at = next
		switch {
		case e.role == outbound && at.role == outbound:
			tr.stand(e, at)
			return
		case e.role == outbound && at.role != nothing, e.role != outbound && at.role == outbound:
			return // a call within a request, or a request that was called for: both count
		case e.role == nextRoot && at.role == inbound:
			met = true
			tr.stand(e, at)
		case e.role == inbound && at.role == inbound:
			at.borrow(e)
			tr.stand(at, e)
			return
		}
	}
}

// stand has one span stand for another. If the other was counted already, it is the one that stands for both.
func (tr *trace) stand(one, other *entry) {
	switch {
	case other.state != counted:
		other.covered = true
	case !other.spent:
		other.spent = true
		one.covered = true
	}
}

// counts decides on an entry that has waited long enough.
func (tr *trace) counts(e *entry) bool {
	switch {
	case e.role == nothing || e.covered:
		return false
	case e.role == inbound && tr.loose: // whoever visits can make thousands of requests one trace: most need not look at all
		return !tr.pair(e, nextRoot)
	case e.role == nextRoot && e.loose && !e.spent:
		return !tr.pair(e, inbound)
	}
	return true
}

// pair finds the other span of a request where what is between them has not come: they are at the same time. One that waits
// still is not taken by a root of Next.js, which goes before it.
func (tr *trace) pair(e *entry, role role) bool {
	for i := range tr.entries {
		other := &tr.entries[i]
		if other.role != role || other.spent || !other.overlaps(e) {
			continue
		}
		if (role == nextRoot && other.loose) || (role == inbound && other.state == counted) {
			other.spent = true
			return true
		}
	}
	return false
}
