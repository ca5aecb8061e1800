package drains

import (
	"fmt"
	"net/http"
	"time"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// request is a finished request with everything that the drains report about it.
type request struct {
	endpoint
	visitor
	environment string
	id          string // Vercel's
	trace       string
	root        string // span id of the request
	handler     string // span id of the route handler
	logID       string
	path        string
	began       time.Time
	took        time.Duration
	status      int // crashed without a response
	calls       []call
	event       *event
	vitals      []vital
}

// request returns a request that ended at the given time.
func (e endpoint) request(d dice.Dice, faults Fault, ended time.Time) request {
	const (
		previewShare  = 0.02
		measuredShare = 0.3 // of pages: the browser stays long enough to report vitals
	)
	r := request{
		endpoint: e, visitor: newVisitor(d), environment: production,
		trace: d.Hex(16), root: d.Hex(8), handler: d.Hex(8),
		path: e.randomPath(d), status: e.randomStatus(d),
	}
	if d.Chance(previewShare) {
		r.environment = preview
	}
	if e.source == lambda {
		r.took = time.Duration(d.Around(float64(e.median), e.spread))
		r.calls = e.call(d, r.took, r.status)
		faults.apply(d, &r)
	}
	r.began = ended.Add(-r.took)
	r.id = fmt.Sprintf("icn1::icn1::%s-%d-%s", d.Hex(3)[:5], r.began.UnixMilli(), d.Hex(6))
	r.logID = fmt.Sprintf("%d%015d", ended.UnixMilli(), d.Int64N(1e15))
	if r.status == e.status {
		r.event = e.randomEvent(d)
	}
	if r.shown() && d.Chance(measuredShare) {
		r.vitals = r.measure(d)
	}
	return r
}

// shown reports whether a browser showed the page.
func (r request) shown() bool { return r.page && r.status == r.endpoint.status }

// traced reports whether the application sent spans. A function that crashes loses them.
func (r request) traced() bool { return r.source == lambda && r.status != crashed }

func (r request) ended() time.Time { return r.began.Add(r.took) }

// httpStatus returns the status that the browser received: Vercel responds for a function that crashed.
func (r request) httpStatus() int {
	if r.status == crashed {
		return http.StatusInternalServerError
	}
	return r.status
}
