package oncall

import (
	"slices"
	"time"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
	"github.com/aimarketplace/monitoring/report/document"
)

// Calendar returns the calendar from the current shifts on, with a row for each hand-over.
func Calendar(s *schedule.Schedule, now, end time.Time) document.Document {
	var starts []time.Time
	for _, role := range schedule.Roles() {
		for _, shift := range s.Shifts(role, now, end) {
			starts = append(starts, shift.Start)
		}
	}
	slices.SortFunc(starts, time.Time.Compare)
	starts = slices.CompactFunc(starts, time.Time.Equal)
	// The last start before now is the latest hand-over of any role.
	next := slices.IndexFunc(append(starts, end), now.Before)
	starts = starts[next-1:]
	table := document.Table{Columns: []string{"From", "Primary", "Secondary", "Manager"}}
	for _, start := range starts {
		row := []document.Cell{document.Text(start.In(s.Location).Format("Mon 2006-01-02 15:04 MST"))}
		for _, role := range schedule.Roles() {
			shift, _ := s.Shift(role, start)
			row = append(row, document.Text(shift.Person.Name))
		}
		table.Rows = append(table.Rows, row)
	}
	return document.Document{
		Title:    "On-call calendar",
		Facts:    []document.Fact{{Name: "Time zone", Value: document.Text(s.Location.String())}},
		Sections: []document.Section{{Title: "Hand-overs", Tables: []document.Table{table}}},
		Location: s.Location,
	}
}
