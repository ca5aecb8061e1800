package alerts

import (
	"time"

	"github.com/aimarketplace/monitoring/report/alertmanager"
)

// Actions are the traces that people leave when they act on an alert.
type Actions struct {
	Deployments []Deployment
	Silences    []alertmanager.Silence
}

// Followed reports whether a deployment or a silence of the alert began while it fired.
func (a Actions) Followed(e Episode) bool {
	during := func(t time.Time) bool { return !t.Before(e.Firing) && !t.After(e.End) }
	for _, d := range a.Deployments {
		if during(d.Time) {
			return true
		}
	}
	for _, s := range a.Silences {
		if during(s.StartsAt) && s.Matches(e.Labels) {
			return true
		}
	}
	return false
}

// The night, in the local time of the people on call.
const (
	nightStart = 22 // hours
	nightEnd   = 7
)

// AtNight reports whether the alert began to fire at night.
func AtNight(e Episode, location *time.Location) bool {
	hour := e.Firing.In(location).Hour()
	return hour >= nightStart || hour < nightEnd
}
