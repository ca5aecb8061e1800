package drains

import (
	"fmt"
	"net/http"
	"time"
)

// request is one that the website answered, with all that came of it.
type request struct {
	endpoint
	visitor
	environment string
	id          string // Vercel's
	trace       string
	root        string // its span
	handler     string // the span of the application's own code
	logID       string
	path        string
	began       time.Time
	took        time.Duration
	status      int // crashed if there was no answer
	calls       []call
	event       *event
	vitals      []measured
}

// shown is true for a page that a browser got, and tells of.
func (r request) shown() bool { return r.page && r.status == r.endpoint.status }

func (r request) ended() time.Time { return r.began.Add(r.took) }

// httpStatus is what the browser got: Vercel answers for a function that crashed.
func (r request) httpStatus() int {
	if r.status == crashed {
		return http.StatusInternalServerError
	}
	return r.status
}

// happen makes a request that ended at a moment.
func (e endpoint) happen(d dice, broken Fault, ended time.Time) request {
	const (
		previewShare  = 0.02
		measuredShare = 0.3 // of pages, by browsers that stay for long enough
	)
	r := request{
		endpoint: e, visitor: newVisitor(d), environment: production,
		trace: d.hex(16), root: d.hex(8), handler: d.hex(8),
		path: e.path(d), status: e.answer(d),
	}
	if d.chance(previewShare) {
		r.environment = preview
	}
	if e.source == lambda {
		r.took = d.around(e.median, e.spread)
		r.calls = e.callAll(d, r.took, r.status)
		broken.afflict(d, &r)
	}
	r.began = ended.Add(-r.took)
	r.id = fmt.Sprintf("icn1::icn1::%s-%d-%s", d.hex(3)[:5], r.began.UnixMilli(), d.hex(6))
	r.logID = fmt.Sprintf("%d%015d", ended.UnixMilli(), d.Int64N(1e15))
	if r.status == e.status {
		r.event = e.event(d)
	}
	if r.shown() && d.chance(measuredShare) {
		r.vitals = r.measure(d)
	}
	return r
}
