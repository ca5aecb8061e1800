package statuspage

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"
)

const (
	// shownDays is the length of the bars and of the history of incidents.
	shownDays = 90
	// joinGap is the time without a firing alert after which an incident is resolved. It exceeds
	// the resolution of old incidents, five minutes.
	joinGap = 10 * time.Minute
	// firingDelay is the maximum age of the last point of an alert that fires: points are minutes.
	firingDelay = 2 * time.Minute
	// majorUptime is the uptime of a day below which its bar shows a major outage: 72 minutes.
	majorUptime = 0.95
)

// history is what the query sets up to a time returned. Each set reads only what is new.
type history struct {
	until   time.Time
	current current
	days    map[string]map[time.Time]float64
	spans   []span
}

// extend returns the history up to now.
func (h history) extend(ctx context.Context, s source, now time.Time) (history, error) {
	oldest := now.Truncate(day).Add(-(shownDays - 1) * day)
	fromDay, fromAlerts := oldest, oldest
	if h.until.After(oldest.Add(day)) {
		// The last hour and the last minutes again, since Prometheus may have recorded them late.
		fromDay = h.until.Add(-time.Hour).Truncate(day)
		fromAlerts = h.until.Add(-joinGap)
	}
	c, err := s.readCurrent(ctx, now)
	if err != nil {
		return h, err
	}
	days, err := s.readDays(ctx, fromDay, now)
	if err != nil {
		return h, err
	}
	spans, err := s.readSpans(ctx, c.alerts, fromAlerts, now)
	if err != nil {
		return h, err
	}
	next := history{until: now, current: c, days: mergeDays(h.days, days), spans: joinSpans(slices.Concat(h.spans, spans))}
	for _, ofComponent := range next.days {
		for date := range ofComponent {
			if date.Before(oldest) {
				delete(ofComponent, date)
			}
		}
	}
	next.spans = slices.DeleteFunc(next.spans, func(s span) bool { return s.end.Before(oldest) })
	return next, nil
}

// incident describes a span at the time of the last query set.
func (h history) incident(environment string, s span) Incident {
	i := Incident{
		ID:         newID("incident", environment, s.component, strconv.FormatInt(s.start.Unix(), 10)),
		Components: []string{s.component},
		Impact:     map[Status]string{Degraded: impactMinor, PartialOutage: impactMajor, MajorOutage: impactCritical}[s.status],
		Start:      s.start,
		Updates:    []Update{{Status: investigating, Time: s.start}},
	}
	if h.until.Sub(s.end) > firingDelay {
		i.Updates = append(i.Updates, Update{Status: monitoring, Time: s.end})
	}
	if h.until.Sub(s.end) >= joinGap {
		i.End = s.end
		i.Updates = append(i.Updates, Update{Status: resolved, Time: s.end.Add(joinGap)})
	}
	return i
}

// incidents returns the notes, and the incidents from alerts that no note describes, the latest
// first.
func (h history) incidents(environment string, notes []Incident) []Incident {
	all := slices.Clone(notes)
	for _, s := range h.spans {
		if !slices.ContainsFunc(notes, func(note Incident) bool { return describes(note, s) }) {
			all = append(all, h.incident(environment, s))
		}
	}
	slices.SortStableFunc(all, func(a, b Incident) int { return b.Start.Compare(a.Start) })
	return all
}

// describes reports whether a note is about a span.
func describes(note Incident, s span) bool {
	return slices.Contains(note.Components, s.component) && s.end.After(note.Start.Add(-joinGap)) &&
		(note.End.IsZero() || s.start.Before(note.End.Add(joinGap)))
}

// snapshot returns what the site shows at a time.
func (h history) snapshot(environment string, notes []Incident, now time.Time) *Snapshot {
	notes = slices.DeleteFunc(notes, func(n Incident) bool { return !n.End.IsZero() && now.Sub(n.End) > shownDays*day })
	s := &Snapshot{Time: h.until, Published: now, Incidents: h.incidents(environment, notes)}
	s.Windows = slices.DeleteFunc(slices.Clone(h.current.windows), func(w Window) bool { return !now.Before(w.End) })
	for _, name := range componentNames() {
		c := Component{Name: name, Status: h.current.status[name], Uptime: h.current.uptime[name]}
		if c.Status == 0 {
			c.Status = Unknown
		}
		for _, i := range s.Incidents {
			if slices.Contains(i.Components, name) {
				c.apply(i)
			}
		}
		for _, w := range s.Windows {
			if slices.Contains(w.Components, name) && w.active(now) {
				c.Status = UnderMaintenance
			}
		}
		if s.stale() { // no window of uptime ends now
			c.Status, c.Uptime = Unknown, nil
		}
		c.Days = h.daysOf(c, s.Incidents, now)
		s.Components = append(s.Components, c)
	}
	return s
}

// apply raises the status of a component to that of an incident that is not over.
func (c *Component) apply(i Incident) {
	if i.Updated().After(c.Changed) {
		c.Changed = i.Updated()
	}
	fromAlerts := i.Title == ""
	if !i.End.IsZero() || fromAlerts && i.Status() == monitoring {
		return
	}
	c.Status = max(c.Status, map[string]Status{impactMinor: Degraded, impactMajor: PartialOutage, impactCritical: MajorOutage}[i.Impact])
}

// daysOf returns the days of a component. A day without an outage is degraded if it has an
// incident.
func (h history) daysOf(c Component, incidents []Incident, now time.Time) []Day {
	var days []Day
	today := now.Truncate(day)
	for date := today.Add(-(shownDays - 1) * day); !date.After(today); date = date.Add(day) {
		d := Day{Date: date, Uptime: math.NaN(), Status: Unknown}
		if ratio, ok := h.days[c.Name][date]; ok {
			d.Uptime, d.Status = ratio, dayStatus(ratio)
		}
		if date.Equal(today) && (d.Status == Operational || math.IsNaN(d.Uptime)) { // its first hour may not be over
			d.Status = c.Status
		}
		for _, i := range incidents {
			if slices.Contains(i.Components, c.Name) && i.Start.Before(date.Add(day)) &&
				(i.End.IsZero() || i.End.After(date)) && i.Impact != impactNone {
				d.Status = max(d.Status, Degraded)
			}
		}
		days = append(days, d)
	}
	return days
}

func dayStatus(uptime float64) Status {
	const rounding = 1e-9
	switch {
	case uptime > 1-rounding:
		return Operational
	case uptime >= majorUptime:
		return PartialOutage
	default:
		return MajorOutage
	}
}
