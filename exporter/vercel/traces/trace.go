package traces

import (
	"slices"
	"time"
)

// Several spans describe a request, and several may describe a call: one of Vercel, one of Next.js,
// one of the instrumentation of fetch. One of them is counted, chosen among all spans of the trace
// that have arrived:
//
//   - The root span of Next.js is counted, because it has the route; of nested ones, the innermost.
//     It covers the server spans above it, up to the call that caused the request.
//   - Of nested server spans the outermost is counted, completed with values of the inner ones.
//   - Of nested calls the innermost is counted, because it has the status.
//
// The spans that were counted are kept for the deduplication window. A span of the same request
// that arrives after the wait is late: it does not change what was counted, and does not count
// again.

// state is the state of an entry.
type state byte

const (
	waiting state = iota
	counted
	dropped // another span was counted instead
)

// trace holds the spans of one trace that have arrived.
type trace struct {
	id       traceID
	entries  []entry
	arrivals int // that have not been flushed
	latest   time.Time
	index    map[spanID]int // of entries; nil for few entries, where a scan is faster
	orphaned bool           // a root span of Next.js is orphaned
}

const (
	fewEntries = 16

	// maxDepth limits how many spans above a span are followed. No application nests deeper; a
	// client could send a longer chain to consume time.
	maxDepth = 64

	// maxKept limits the counted spans that are kept in one trace. A client can choose the id of
	// its trace, and each flush visits all its spans.
	maxKept = 1000
)

// flush decides about the spans that arrived until the given time.
func (tr *trace) flush(until time.Time, wait time.Duration, into *flushed) {
	tr.indexEntries()
	tr.orphaned = false
	for i := range tr.entries {
		e := &tr.entries[i]
		tr.coverParents(e)
		tr.orphaned = tr.orphaned || e.role == nextRoot && e.orphaned
	}
	for i := range tr.entries {
		e := &tr.entries[i]
		if e.state != waiting || e.arrived.After(until) {
			continue
		}
		e.state = dropped
		switch {
		case tr.counts(e):
			e.state = counted
			into.entries = append(into.entries, *e)
		case e.lateness > wait:
			into.lateness = append(into.lateness, e.lateness)
		}
	}
}

// prune removes what no longer matters after a flush. While spans are waiting, it keeps all spans
// that arrived after recent, to which they may belong; otherwise only those that were counted.
func (tr *trace) prune(recent time.Time) {
	keeps := func(e *entry) bool {
		return e.state != dropped || tr.arrivals > 0 && !e.arrived.Before(recent)
	}
	for i := range tr.entries {
		e := &tr.entries[i]
		for hops := 0; keeps(e) && hops < maxDepth; hops++ {
			above := tr.parent(e)
			if above == nil || keeps(above) {
				break
			}
			e.parent = above.parent
		}
	}
	tr.entries = slices.DeleteFunc(tr.entries, func(e entry) bool { return !keeps(&e) })
	if tr.arrivals == 0 {
		tr.entries, tr.index = slices.Clone(tr.entries[max(0, len(tr.entries)-maxKept):]), nil // without spare capacity
	}
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

// parent returns the parent of e, or nil if it has not arrived.
func (tr *trace) parent(e *entry) *entry {
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

// coverParents marks the spans above e that e covers, or e itself if a span above covers it.
func (tr *trace) coverParents(e *entry) {
	e.orphaned = false
	if e.role == ignored {
		return
	}
	covers := false // e covers a server span
	for at, hops := e, 0; hops < maxDepth; hops++ {
		next := tr.parent(at)
		if next == nil {
			e.orphaned = !covers && at.parent != spanID{}
			return
		}
		at = next
		switch {
		case e.role == call && at.role == call:
			cover(at, e)
			return
		case e.role == call && at.role != ignored, e.role != call && at.role == call:
			return // a call within a request, or the call that caused the request: both count
		case e.role == nextRoot && at.role != ignored:
			covers = true
			cover(at, e)
		case e.role == served && at.role == served:
			at.complete(e)
			cover(e, at)
			return
		}
	}
}

// cover marks e as covered by another span. If e was counted already, it counts for both.
func cover(e, by *entry) {
	switch {
	case e.state != counted:
		e.covered = true
		if by.state == counted {
			e.lateness = e.arrived.Sub(by.arrived)
		}
	case !e.paired:
		e.paired = true
		by.covered = true
		by.lateness = by.arrived.Sub(e.arrived)
	}
}

// counts decides about an entry whose wait is over.
func (tr *trace) counts(e *entry) bool {
	switch {
	case e.role == ignored || e.covered:
		return false
	case e.role == served && tr.orphaned: // skips the search in traces with thousands of requests
		return !tr.pair(e, nextRoot)
	case e.role == nextRoot && e.orphaned && !e.paired:
		return !tr.pair(e, served)
	}
	return true
}

// pair finds the other span of a request whose connecting spans have not arrived: it overlaps in
// time. A server span that is waiting is not paired with a root span of Next.js, which takes
// precedence.
func (tr *trace) pair(e *entry, role role) bool {
	for i := range tr.entries {
		other := &tr.entries[i]
		if other.role != role || other.paired || other.end < e.start || e.end < other.start {
			continue
		}
		if (role == nextRoot && other.orphaned) || (role == served && other.state == counted) {
			other.paired = true
			if other.state == counted {
				e.lateness = e.arrived.Sub(other.arrived)
			}
			return true
		}
	}
	return false
}
