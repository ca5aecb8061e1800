package logs

import (
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
)

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

// timingSource is where a duration comes from, ordered by reliability. A duration that the application
// measures is more accurate than that of the platform; a line without a status may describe only a
// part of the request.
type timingSource int

const (
	noTiming timingSource = iota
	timingPlatform
	timingApplication
	timingWithStatus // of the application
)
