package drains

import (
	"fmt"
	"net/http"
	"time"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// request is a finished request with everything that the drains report about it, personal data
// included, which no metric may contain.
type request struct {
	endpoint
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
	event       string // of Web Analytics, empty for most requests
	eventData   row
	vitals      []vital

	browser browser
	ip      string
	user    string
	session uint64
	device  uint64
}

// request returns a request that ended at the given time.
func (e endpoint) request(d dice.Dice, faults Fault, ended time.Time) request {
	const (
		previewShare  = 0.02
		measuredShare = 0.3 // of pages: the browser stays long enough to report vitals
	)
	r := request{
		endpoint: e, environment: production, path: e.randomPath(d), status: e.randomStatus(d),
		trace: d.Hex(16), root: d.Hex(8), handler: d.Hex(8),
		browser: dice.Pick(d, browsers()), user: "c" + d.Hex(12), session: d.Uint64(), device: d.Uint64(),
		ip: fmt.Sprintf("203.0.113.%d", d.IntN(256)), // reserved for documentation
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
		r.event, r.eventData = e.randomEvent(d)
	}
	if r.shown() && d.Chance(measuredShare) {
		r.vitals = r.browser.measure(d)
	}
	return r
}

// shown reports whether a browser showed the page.
func (r request) shown() bool { return r.page && r.status == r.endpoint.status }

// traced reports whether the application sent spans. A function that crashes loses them.
func (r request) traced() bool { return r.source == lambda && r.status != crashed }

func (r request) ended() time.Time { return r.began.Add(r.took) }

// httpStatus returns the status that the browser received: Vercel responds for a function that
// crashed.
func (r request) httpStatus() int {
	if r.status == crashed {
		return http.StatusInternalServerError
	}
	return r.status
}

type browser struct {
	kind, os, agent string
	slowness        float64 // of its vitals, relative to a desktop
}

func browsers() []dice.Choice[browser] {
	return []dice.Choice[browser]{
		{Weight: 52, Value: browser{"mobile", "Android", chrome("Linux; Android 16; SM-S931N", "Mobile "), 1.2}},
		{Weight: 42, Value: browser{"desktop", "Windows", chrome("Windows NT 10.0; Win64; x64", ""), 1}},
		{Weight: 6, Value: browser{"tablet", "Android", chrome("Linux; Android 16; SM-X730", ""), 1.1}},
	}
}

// chrome returns a user agent.
func chrome(system, mobile string) string {
	return "Mozilla/5.0 (" + system + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 " + mobile + "Safari/537.36"
}

// vital is a metric of one page view.
type vital struct {
	metric string
	value  float64 // ms, or no unit for CLS
}

// measure returns the vitals of a page view. At their 75th percentile they meet the guide's
// targets: TTFB 0.25 s, FCP 0.9 s, LCP 1.6 s, FID 19 ms, CLS 0.04. 95 % of LCP are below 2.4 s.
func (b browser) measure(d dice.Dice) []vital {
	around := func(metric string, median, spread float64) vital { return vital{metric, d.Around(median, spread)} }
	s := b.slowness
	return []vital{
		around("TTFB", 180*s, 0.5), around("FCP", 700*s, 0.35), around("LCP", 1250*s, 0.35),
		around("FID", 12*s, 0.7), around("INP", 70*s, 0.5), around("CLS", 0.02, 0.9),
	}
}
