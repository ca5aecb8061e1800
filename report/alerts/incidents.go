package alerts

import (
	"slices"
	"time"
)

// gap is the time without alerts that ends an incident. An alert that fires again sooner belongs to
// the same one.
const gap = 15 * time.Minute

// Incident is a group of alerts that overlap.
type Incident struct {
	Episodes []Episode // by their start
	Start    time.Time // of the condition
	End      time.Time
	Ongoing  bool
}

// Severity returns the highest severity.
func (i Incident) Severity() string {
	severity := "P3"
	for _, e := range i.Episodes {
		severity = min(severity, e.Severity())
	}
	return severity
}

// Components returns the affected components.
func (i Incident) Components() []string { return i.distinct(Episode.Component) }

// Alerts returns the names of the alerts.
func (i Incident) Alerts() []string { return i.distinct(Episode.Name) }

func (i Incident) distinct(of func(Episode) string) []string {
	var values []string
	for _, e := range i.Episodes {
		if value := of(e); !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// Incidents groups the P0 and P1 episodes, which are sorted by their start.
func Incidents(episodes []Episode) []Incident {
	return Group(slices.DeleteFunc(slices.Clone(episodes), func(e Episode) bool { return e.Severity() != "P0" && e.Severity() != "P1" }))
}

// Group groups episodes, which are sorted by their start.
func Group(episodes []Episode) []Incident {
	var incidents []Incident
	for _, e := range episodes {
		if n := len(incidents); n > 0 && !e.Firing.After(incidents[n-1].End.Add(gap)) {
			incidents[n-1].add(e)
			continue
		}
		incidents = append(incidents, Incident{Episodes: []Episode{e}, Start: e.Pending, End: e.End, Ongoing: e.Ongoing})
	}
	return incidents
}

func (i *Incident) add(e Episode) {
	i.Episodes = append(i.Episodes, e)
	if e.Pending.Before(i.Start) {
		i.Start = e.Pending
	}
	if e.End.After(i.End) {
		i.End = e.End
	}
	i.Ongoing = i.Ongoing || e.Ongoing
}
