package schedule

import (
	"fmt"
	"time"
)

// validate rejects times when a role has two people or none who can respond.
func (b *builder) validate() error {
	for i, next := range b.schedule.overrides {
		if i == 0 {
			continue
		}
		if previous := b.schedule.overrides[i-1]; previous.role == next.role && next.start.Before(previous.end) {
			return fmt.Errorf("line %d: the override overlaps the one in line %d", next.line, previous.line)
		}
	}
	if err := b.schedule.checkRoles(); err != nil {
		return err
	}
	for _, h := range b.holidays {
		for _, role := range Roles() {
			for _, shift := range b.schedule.Shifts(role, h.start, h.end) {
				if shift.Person.ID == h.person.ID {
					return fmt.Errorf("line %d: %s is on holiday and %s from %s to %s: no one would respond; hint: add an override for that time",
						h.line, h.person.ID, role, b.schedule.format(shift.Start), b.schedule.format(shift.End))
				}
			}
		}
	}
	return nil
}

// checkRoles requires that primary and secondary are different people at all times.
func (s *Schedule) checkRoles() error {
	start := s.rotations[0].handover(0)
	last := s.rotations[len(s.rotations)-1]
	// Rotations repeat after at most that many weeks.
	end := last.handover(len(last.people[Primary]) * len(last.people[Secondary]))
	for _, o := range s.overrides {
		if o.end.After(end) {
			end = o.end
		}
	}
	for start.Before(end) {
		primary, _ := s.Shift(Primary, start)
		secondary, _ := s.Shift(Secondary, start)
		if primary.Person.ID == secondary.Person.ID {
			return fmt.Errorf("line %d: %s would be primary and secondary on %s; hint: change the order of one list, or add an override",
				max(primary.line, secondary.line), primary.Person.ID, s.format(start))
		}
		start = earlier(primary.End, secondary.End)
	}
	return nil
}

func (s *Schedule) format(t time.Time) string {
	return t.In(s.Location).Format("2006-01-02 15:04")
}
