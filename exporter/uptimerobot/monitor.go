package uptimerobot

import (
	"time"
)

// state is the status of a monitor, in the words of the label `status`.
type state string

const (
	paused     state = "paused"
	notChecked state = "not_checked"
	up         state = "up"
	seemsDown  state = "seems_down" // not yet confirmed from a second place
	down       state = "down"
	unknown    state = "unknown" // a status that is not documented
)

func states() []state { return []state{paused, notChecked, up, seemsDown, down, unknown} }

// monitor is what both versions of the API report. Pointers and zero times are nil and zero where
// the API reports nothing.
type monitor struct {
	id      string
	name    string
	state   state
	uptime  map[string]float64 // ratios by window
	latency *time.Duration     // mean of the recent checks
	expiry  time.Time          // of the certificate
}

// isUp returns 1 or 0, and false if the state does not determine it. A monitor that seems down is
// not down yet.
func (m monitor) isUp() (value float64, known bool) {
	switch m.state {
	case up, seemsDown:
		return 1, true
	case down:
		return 0, true
	case paused, notChecked, unknown:
	}
	return 0, false
}

// page is one response of the list.
type page struct {
	monitors []monitor
	next     string // empty on the last page
}
