package logs

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// entry is what is to be counted of a row. Nothing in it points into the delivery.
type entry struct {
	row     seen.Key
	request seen.Key // what to add a fact to
	named   bool     // there is a request

	environment, source, route string

	code     string // of the request, "" if the row tells of none
	visitors bool   // code is what the visitor got
	action   string // of the firewall, "" if it had nothing to do
	crashed  bool

	from, to int // where its messages are
	timing   timing
}

// fact is something that is said of a request once, however many rows say it.
type fact seen.Key

const (
	factAnswered fact = iota
	factCrashed
	factFirewall
	factTimed
)

// message is something that the application said. An event that is only part of a message has no level.
type message struct{ level, event string }

// timing is how long a request took.
type timing struct {
	by           witness
	method, code string
	route        string
	took         time.Duration
}

// witness is who told of a timing, the best one last. The application knows better than the platform when it answered, and
// of its lines the one that knows the answer's status: another may be about a part of the request.
type witness int

const (
	nobody witness = iota
	platform
	application
	applicationAtTheEnd
)
