// Package schedule computes who is on call from a file with people, weekly rotations, overrides and
// holidays.
package schedule

import "time"

// Role is a level of the escalation.
type Role string

// The roles, in the order of the escalation.
const (
	Primary   Role = "primary"
	Secondary Role = "secondary"
	Manager   Role = "manager"
)

// Roles returns all roles in the order of the escalation.
func Roles() []Role { return []Role{Primary, Secondary, Manager} }

// Person is on call at times.
type Person struct {
	ID    string // a label value: neither a phone number nor an address
	Name  string
	Phone string // in E.164 format
	Slack string // member ID, or empty
}

// Shift is a time without hand-over: a week, or the part of it between two overrides, or an
// override.
type Shift struct {
	Person     Person
	Start, End time.Time
	line       int // of the override or the rotation
}

// Schedule is a valid schedule: from its first rotation on, each role has one person at any time.
type Schedule struct {
	Location  *time.Location
	rotations []rotation // by start
	overrides []override
}

// rotation is in effect until the next one starts.
type rotation struct {
	start    time.Time // wall clock time of the first hand-over, as if it were UTC
	location *time.Location
	people   map[Role][]Person
	line     int
}

type override struct {
	role       Role
	person     Person
	start, end time.Time
	line       int
}

const week = 7 * 24 * time.Hour

// handover returns the start of week n. Hand-overs keep their wall clock time when the offset of
// the time zone changes. A time that a change skips or repeats stands for one instant, which ends
// one shift and starts the next.
func (r rotation) handover(n int) time.Time {
	wall := r.start.AddDate(0, 0, 7*n)
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, r.location)
}

// weekOf returns the number of the week that contains t.
func (r rotation) weekOf(t time.Time) int {
	n := int(t.Sub(r.handover(0)) / week)
	for r.handover(n).After(t) {
		n--
	}
	for !r.handover(n + 1).After(t) {
		n++
	}
	return n
}

// Shift returns the shift of a role at a time. There is none before the first rotation.
func (s *Schedule) Shift(role Role, t time.Time) (Shift, bool) {
	var shift Shift
	found := false
	for i, r := range s.rotations {
		if t.Before(r.handover(0)) {
			break
		}
		n := r.weekOf(t)
		people := r.people[role]
		shift, found = Shift{people[n%len(people)], r.handover(n), r.handover(n + 1), r.line}, true
		if i+1 < len(s.rotations) {
			shift.End = earlier(shift.End, s.rotations[i+1].handover(0))
		}
	}
	for _, o := range s.overrides {
		switch {
		case o.role != role:
		case t.Before(o.start):
			shift.End = earlier(shift.End, o.start)
		case t.Before(o.end):
			return Shift{o.person, o.start, o.end, o.line}, true
		case o.end.After(shift.Start):
			shift.Start = o.end
		}
	}
	return shift, found
}

// Shifts returns the shifts of a role that overlap the time from start to end, in order.
func (s *Schedule) Shifts(role Role, start, end time.Time) []Shift {
	var shifts []Shift
	for start.Before(end) {
		shift, found := s.Shift(role, start)
		if !found {
			start = s.firstAfter(role, start)
			continue
		}
		shifts = append(shifts, shift)
		start = shift.End
	}
	return shifts
}

// firstAfter returns the first start of a shift after a time that has none.
func (s *Schedule) firstAfter(role Role, t time.Time) time.Time {
	first := s.rotations[0].handover(0)
	for _, o := range s.overrides {
		if o.role == role && o.start.After(t) {
			first = earlier(first, o.start)
		}
	}
	return first
}

// NextHandover returns when another person takes over a role, within a year.
func (s *Schedule) NextHandover(role Role, t time.Time) (time.Time, bool) {
	current, found := s.Shift(role, t)
	if !found {
		return s.firstAfter(role, t), true
	}
	for _, next := range s.Shifts(role, current.End, t.AddDate(1, 0, 0)) {
		if next.Person.ID != current.Person.ID {
			return next.Start, true
		}
	}
	return time.Time{}, false
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
