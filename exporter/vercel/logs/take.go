package logs

import (
	"fmt"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// take is one delivery on its way.
type take struct {
	lists *bound.Lists
	seen  *seen.Window
	timed bool // somebody wants to know how long requests took

	mostMessages int
	rows         rowReader
	lines        printed.Scanner
	*memory
}

// memory is what deliveries hand on to one another, since half of the cost of a row would be to allocate it.
type memory struct {
	entries  []entry
	messages []message
	fresh    []*entry            // those that have not been before
	codes    map[seen.Key]string // of requests, if somebody wants to know how long they took
}

func (m *memory) clear() {
	m.entries, m.messages, m.fresh = m.entries[:0], m.messages[:0], m.fresh[:0]
	clear(m.codes)
}

// decode makes an entry of a row. It keeps nothing of the text.
func (t *take) decode(text []byte) (struct{}, error) {
	r, err := t.rows.read(text)
	if err != nil {
		return struct{}{}, err
	}
	e := entry{
		row: t.key(&r, text), named: len(r.requestID) > 0,
		environment: bound.Environment(string(r.environment)),
		source:      bound.LogSource(string(r.source)),
		route:       r.route(t.lists.Routes),
		code:        r.code(),
		visitors:    r.proxyStatus != noStatus,
		crashed:     r.status == crashed,
	}
	if e.named {
		e.request = t.seen.Key('q', r.requestID)
	}
	if len(r.wafAction) > 0 {
		e.action = bound.FirewallAction(string(r.wafAction))
	}
	t.print(&r, &e)
	if len(t.messages) > t.mostMessages {
		return struct{}{}, fmt.Errorf("%w: more than %d messages are in them; hint: --vercel.max-rows allows as many", batch.ErrTooMany, t.mostMessages)
	}
	t.entries = append(t.entries, e)
	return struct{}{}, nil
}

// key is what a row is known by when it comes again: its id or, without one, all of it.
func (t *take) key(r *row, text []byte) seen.Key {
	if len(r.id) > 0 {
		return t.seen.Key('l', r.id)
	}
	return t.seen.Key('L', text)
}

// first tells whether nobody has yet told that fact of the request of a row. Without the name of a request, the row is taken
// to be all there is of it.
func (t *take) first(e *entry, f fact) bool {
	return !e.named || t.seen.Add(e.request+seen.Key(f)) // a key is a hash: neighbours are as unlikely as any other
}
