package statuspage

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// Status is the status of a component. The status of the page is the highest of its components, so
// that one unknown component keeps the page from reporting that all is well.
type Status int

// The statuses, in ascending order.
const (
	Operational Status = iota + 1
	UnderMaintenance
	Unknown
	Degraded
	PartialOutage
	MajorOutage
)

// String returns the name in the API of Statuspage, which has none for Unknown. It is also the CSS
// class.
func (s Status) String() string {
	switch s {
	case Operational:
		return "operational"
	case UnderMaintenance:
		return "under_maintenance"
	case Degraded:
		return "degraded_performance"
	case PartialOutage:
		return "partial_outage"
	case MajorOutage:
		return "major_outage"
	default:
		return "unknown"
	}
}

// componentNames are the values of the label component, in the order of the page.
func componentNames() []string {
	return []string{"website", "api", "payments", "uploads", "email", "database"}
}

// Component is a component at one time.
type Component struct {
	Name   string
	Status Status
	// Uptime is the share of time without an outage, by window: "1d", "30d", "90d". A window
	// without data is absent.
	Uptime map[string]float64
	// Days are the last 90, the current day last.
	Days []Day
	// Changed is when the last incident began or ended, zero without one.
	Changed time.Time
}

// Day is a day of a component in UTC.
type Day struct {
	Date   time.Time
	Uptime float64 // NaN without data
	Status Status
}

// The impacts of incidents, in the words of Statuspage.
const (
	impactNone     = "none"
	impactMinor    = "minor"
	impactMajor    = "major"
	impactCritical = "critical"
)

// The statuses of incidents, in the words of Statuspage.
const (
	investigating = "investigating"
	identified    = "identified"
	monitoring    = "monitoring"
	resolved      = "resolved"
)

// Incident is a problem of one or more components.
type Incident struct {
	ID         string
	Title      string // empty if it comes from alerts
	Components []string
	Impact     string
	Start      time.Time
	End        time.Time // zero while it is not resolved
	Updates    []Update  // in order of time, at least one
}

// Status returns the status of the last update.
func (i *Incident) Status() string { return i.Updates[len(i.Updates)-1].Status }

// Updated returns the time of the last update.
func (i *Incident) Updated() time.Time { return i.Updates[len(i.Updates)-1].Time }

// Update is a stage of an incident.
type Update struct {
	Status string
	Time   time.Time
	Body   string // Markdown; empty if it comes from alerts
}

// Window is a maintenance window.
type Window struct {
	ID         string
	Name       string
	Components []string
	Start, End time.Time
}

// active reports whether the window is under way.
func (w *Window) active(now time.Time) bool { return !now.Before(w.Start) && now.Before(w.End) }

// Snapshot is what the site shows.
type Snapshot struct {
	// Time is when Prometheus was queried last, zero if it never responded.
	Time       time.Time
	Published  time.Time
	Components []Component
	Incidents  []Incident // the latest first
	Windows    []Window   // the earliest first, without past ones
}

// stale reports whether the data is too old to show a status.
func (s *Snapshot) stale() bool { return s.Published.Sub(s.Time) > maxAge }

// Status returns the status of the page.
func (s *Snapshot) Status() Status {
	worst := Operational
	for _, c := range s.Components {
		worst = max(worst, c.Status)
	}
	return worst
}

// newID returns an identifier of twelve characters, as those of Statuspage, that depends on parts
// only, so that it is the same after a restart and in every replica.
func newID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToLower(base32.HexEncoding.EncodeToString(sum[:]))[:12]
}
