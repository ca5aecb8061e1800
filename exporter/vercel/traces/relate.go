package traces

// A request is told of by several spans, and so may be a call: Vercel has one, Next.js has one, the instrumentation of fetch
// has one. Which of them counts is decided here, from those that came together and what is remembered of earlier deliveries.

// What is remembered beside spans themselves.
const (
	hasNext    = 'N' // of a trace: a root of Next.js was counted whose parent is still to come
	hasInbound = 'I' // of a trace: a request was counted by another span than that of Next.js
	replaced   = 'R' // of a trace: the root of Next.js for that request has come
	hasInner   = 'B' // of a span: a request right below it was counted
	hasCall    = 'C' // of a span: a call right below it was counted
)

// relate finds out what the spans of a delivery are to one another.
func (t *take) relate() {
	for i := range t.entries {
		e := &t.entries[i]
		t.roles[e.place] = e.role
		if e.role == nextRoot {
			t.nexts[e.trace] = struct{}{}
		}
		if e.role == outbound {
			t.outer[e.above()] = struct{}{}
		}
	}
}

// above is the place of a span's parent.
func (e *entry) above() place { return place{e.trace, e.parent} }

// isRequest tells whether a span is the one to count a request by. The root of Next.js knows the route and goes before what
// the platform says; of others, the outermost counts.
func (t *take) isRequest(e *entry) bool {
	whole := place{trace: e.trace}
	parent, here := t.roles[e.above()]
	elsewhere := !here && e.parent != spanID{}
	if e.role == nextRoot {
		if t.seen.Has(t.key(hasInbound, whole)) && t.seen.Add(t.key(replaced, whole)) {
			return false
		}
		if elsewhere {
			t.seen.Add(t.key(hasNext, whole))
		}
		return true
	}
	if _, found := t.nexts[e.trace]; found || t.seen.Has(t.key(hasNext, whole)) || t.seen.Has(t.key(hasInner, e.place)) {
		return false
	}
	if parent == inbound || elsewhere && t.seen.Has(t.key(byte(inbound), e.above())) {
		return false
	}
	t.seen.Add(t.key(hasInbound, whole))
	if elsewhere {
		t.seen.Add(t.key(hasInner, e.above()))
	}
	return true
}

// isCall tells whether a span is the one to count a call by. Of several, the innermost counts: it knows the status.
func (t *take) isCall(e *entry) bool {
	if _, found := t.outer[e.place]; found || t.seen.Has(t.key(hasCall, e.place)) {
		return false
	}
	if _, here := t.roles[e.above()]; here || e.parent == (spanID{}) {
		return true
	}
	if t.seen.Has(t.key(byte(outbound), e.above())) {
		return false
	}
	t.seen.Add(t.key(hasCall, e.above()))
	return true
}
