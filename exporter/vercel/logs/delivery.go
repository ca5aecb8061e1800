package logs

import (
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// delivery is one delivery that is being handled.
type delivery struct {
	lists  *allow.Lists
	dedupe *inbound.Window
	timed  bool // durations are observed
	*memory
}

// memory is reused by deliveries, because allocating it would be half the cost of a row.
type memory struct {
	rows     *rowReader
	lines    *scanner
	entries  []entry
	messages []message
	fresh    []*entry               // entries that are not duplicates
	codes    map[inbound.Key]string // status of each request, if durations are observed
}

// decode appends the entry of a row. It keeps nothing of the text.
func (v *delivery) decode(text []byte) row.Reason {
	r, invalid := v.rows.read(text)
	if invalid != "" {
		return invalid
	}
	e := entry{
		key: v.key(&r, text), hasRequest: len(r.requestID) > 0,
		environment: allow.Environment(string(r.environment)),
		source:      allow.LogSource(string(r.source)),
		route:       r.route(v.lists.Routes),
		code:        r.code(),
		fromProxy:   r.proxyStatus != noStatus,
		crashed:     r.status == crashed,
	}
	if e.hasRequest {
		e.request = v.dedupe.Key("vercel.request", r.requestID)
	}
	if len(r.wafAction) > 0 {
		e.action = allow.FirewallAction(string(r.wafAction))
	}
	v.readMessages(&r, &e)
	v.entries = append(v.entries, e)
	return ""
}

// key returns the key of a row: its id or, without one, its whole text.
func (v *delivery) key(r *logRow, text []byte) inbound.Key {
	if len(r.id) > 0 {
		return v.dedupe.Key("vercel.log", r.id)
	}
	return v.dedupe.Key("vercel.log.text", text)
}

// isFirst reports whether f has not been counted for the request of e. A row without a request id
// is treated as a request of its own.
func (v *delivery) isFirst(e *entry, f fact) bool {
	return !e.hasRequest || v.dedupe.Add(e.request+inbound.Key(f)) // keys are hashes, so sums do not collide either
}

// entry is what a row contributes to the metrics. It does not point into the delivery.
type entry struct {
	key        inbound.Key
	request    inbound.Key // the key of a fact is the sum of both
	hasRequest bool        // the row has a request id

	environment, source, route string

	code      string // of the request; empty if the row has none
	fromProxy bool   // code is the status that the visitor received
	action    string // of the firewall; empty if there is none
	crashed   bool

	from, to int // range of its messages
	dropped  int // messages beyond messagesPerRow
	timing   timing
}

// fact is a property that is counted once per request, although several rows may have it.
type fact inbound.Key

const (
	factStatus fact = iota
	factCrash
	factFirewall
	factDuration
)

// message is a message of the application. An event inside a message that is counted already has no
// level.
type message struct{ level, event string }

// timing is a request with its duration.
type timing struct {
	requests.Request
	source timingSource
}

// timingSource is where a duration comes from, ordered by reliability. A duration that the
// application measures is more accurate than that of the platform; a line without a status may
// describe only a part of the request.
type timingSource int

const (
	noTiming timingSource = iota
	timingPlatform
	timingApplication
	timingWithStatus // of the application
)
