package schedule_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
)

const people = `
people:
  - { id: kim, name: Kim Minji, phone: "+821000000001", slack: U01KIM }
  - { id: lee, name: Lee Jun, phone: "+821000000002" }
  - { id: park, name: Park Seoyeon, phone: "+821000000003" }
  - { id: choi, name: Choi Haneul, phone: "+821000000004" }
`

func read(t *testing.T, text string) (*schedule.Schedule, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oncall.yml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return schedule.Read(path)
}

// valid returns a schedule with a rotation in a time zone and more lines.
func valid(t *testing.T, zone, handover, from, more string) *schedule.Schedule {
	t.Helper()
	s, err := read(t, fmt.Sprintf("timezone: %s\nhandover: %q\n%s\nrotations:\n  - { from: %s, primary: [kim, lee, park], secondary: [lee, park, kim], manager: [choi] }\n%s",
		zone, handover, people, from, more))
	require.NoError(t, err)
	return s
}

// shifts returns the shifts of the primary as lines of person and start.
func shifts(s *schedule.Schedule, start, end time.Time) []string {
	var lines []string
	for _, shift := range s.Shifts(schedule.Primary, start, end) {
		lines = append(lines, shift.Person.ID+shift.Start.In(s.Location).Format(" 2006-01-02 15:04 -0700"))
	}
	return lines
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return parsed
}

func TestWeeklyRotationAcrossTheYearEnd(t *testing.T) {
	s := valid(t, "Asia/Seoul", "09:00", "2026-12-21", "")
	require.Equal(t, []string{
		"kim 2026-12-21 09:00 +0900", "lee 2026-12-28 09:00 +0900", "park 2027-01-04 09:00 +0900", "kim 2027-01-11 09:00 +0900",
	}, shifts(s, at(t, "2026-12-27T23:59:00+09:00"), at(t, "2027-01-11T09:00:01+09:00")))
	before, _ := s.Shift(schedule.Primary, at(t, "2027-01-04T08:59:59+09:00"))
	after, _ := s.Shift(schedule.Primary, at(t, "2027-01-04T09:00:00+09:00"))
	require.Equal(t, []string{"lee", "park"}, []string{before.Person.ID, after.Person.ID})
	secondary, _ := s.Shift(schedule.Secondary, after.Start)
	require.Equal(t, "kim", secondary.Person.ID)
	manager, _ := s.Shift(schedule.Manager, after.Start)
	require.Equal(t, schedule.Person{ID: "choi", Name: "Choi Haneul", Phone: "+821000000004"}, manager.Person)
}

// Hand-overs keep their wall clock time, so that the weeks of a change have 167 and 169 hours.
func TestHandoverAtChangesOfTheOffset(t *testing.T) {
	s := valid(t, "Europe/Berlin", "09:00", "2026-03-23", "")
	require.Equal(t, []string{"kim 2026-03-23 09:00 +0100", "lee 2026-03-30 09:00 +0200"},
		shifts(s, at(t, "2026-03-24T00:00:00Z"), at(t, "2026-03-31T00:00:00Z")))
	spring, _ := s.Shift(schedule.Primary, at(t, "2026-03-24T00:00:00Z"))
	require.Equal(t, 167*time.Hour, spring.End.Sub(spring.Start))
	autumn, _ := s.Shift(schedule.Primary, at(t, "2026-10-25T00:00:00Z"))
	require.Equal(t, 169*time.Hour, autumn.End.Sub(autumn.Start))
	requireContinuous(t, valid(t, "Europe/Berlin", "09:00", "2026-09-07", ""), at(t, "2026-09-07T07:00:00Z"), 60)
}

// 02:30 does not exist on 2026-03-29, and exists twice on 2026-10-25.
func TestHandoverAtATimeThatTheChangeSkipsOrRepeats(t *testing.T) {
	s := valid(t, "Europe/Berlin", "02:30", "2026-03-22", "")
	requireContinuous(t, s, at(t, "2026-03-22T01:30:00Z"), 60)
	later, _ := s.Shift(schedule.Primary, at(t, "2026-04-07T00:00:00Z"))
	require.Equal(t, "park 2026-04-05 02:30 +0200", later.Person.ID+later.Start.In(s.Location).Format(" 2006-01-02 15:04 -0700"))
}

// requireContinuous requires that each shift of each role starts when the one before ends, and that
// both ends lead to the same shift.
func requireContinuous(t *testing.T, s *schedule.Schedule, start time.Time, weeks int) {
	t.Helper()
	for _, role := range schedule.Roles() {
		var end time.Time
		list := s.Shifts(role, start, start.AddDate(0, 0, 7*weeks))
		require.GreaterOrEqual(t, len(list), weeks)
		for i, shift := range list {
			if i > 0 {
				require.True(t, shift.Start.Equal(end), "%s: %s", role, shift.Start)
			}
			end = shift.End
			for _, within := range []time.Time{shift.Start, shift.End.Add(-time.Nanosecond)} {
				same, found := s.Shift(role, within)
				require.True(t, found)
				require.Equal(t, shift, same)
			}
		}
	}
}

func TestOverridesSplitShifts(t *testing.T) {
	s := valid(t, "Asia/Seoul", "09:00", "2026-12-21", `overrides:
  - { role: primary, person: park, from: 2026-12-30 18:00, to: 2027-01-02 09:00 }
  - { role: secondary, person: kim, from: 2026-12-30 18:00, to: 2027-01-02 09:00 }
  - { role: primary, person: choi, from: 2026-12-24 18:00, to: 2026-12-29 09:00 }
  - { role: primary, person: choi, from: 2026-12-29 09:00, to: 2026-12-29 10:00 }
`)
	require.Equal(t, []string{
		"kim 2026-12-21 09:00 +0900", "choi 2026-12-24 18:00 +0900", "choi 2026-12-29 09:00 +0900", "lee 2026-12-29 10:00 +0900",
		"park 2026-12-30 18:00 +0900", "lee 2027-01-02 09:00 +0900", "park 2027-01-04 09:00 +0900",
	}, shifts(s, at(t, "2026-12-21T09:00:00+09:00"), at(t, "2027-01-05T00:00:00+09:00")))
	requireContinuous(t, s, at(t, "2026-12-21T09:00:00+09:00"), 8)

	next, found := s.NextHandover(schedule.Primary, at(t, "2026-12-25T00:00:00+09:00"))
	require.True(t, found)
	require.Equal(t, at(t, "2026-12-29T10:00:00+09:00").Unix(), next.Unix(), "not from Choi to Choi")
	_, found = s.NextHandover(schedule.Manager, next)
	require.False(t, found, "there is one manager")
}

func TestRotationsFollowEachOther(t *testing.T) {
	s := valid(t, "Asia/Seoul", "09:00", "2026-12-21", "  - { from: 2027-01-06, primary: [choi, lee], secondary: [park], manager: [kim] }\n")
	require.Equal(t, []string{
		"park 2027-01-04 09:00 +0900", "choi 2027-01-06 09:00 +0900", "lee 2027-01-13 09:00 +0900", "choi 2027-01-20 09:00 +0900",
	}, shifts(s, at(t, "2027-01-05T00:00:00+09:00"), at(t, "2027-01-21T00:00:00+09:00")))
	requireContinuous(t, s, at(t, "2026-12-21T09:00:00+09:00"), 8)

	first := at(t, "2026-12-21T09:00:00+09:00")
	_, found := s.Shift(schedule.Primary, first.Add(-time.Second))
	require.False(t, found, "before the first rotation")
	next, found := s.NextHandover(schedule.Primary, first.AddDate(0, 0, -30))
	require.True(t, found)
	require.Equal(t, first.Unix(), next.Unix())

	s = valid(t, "Asia/Seoul", "09:00", "2026-12-21", "overrides: [{ role: primary, person: lee, from: 2026-12-19 09:00, to: 2026-12-20 09:00 }]")
	require.Equal(t, []string{"lee 2026-12-19 09:00 +0900", "kim 2026-12-21 09:00 +0900"},
		shifts(s, first.AddDate(0, 0, -30), first.Add(time.Second)), "an override before the first rotation")
}
