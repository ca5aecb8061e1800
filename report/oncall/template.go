package oncall

import (
	"fmt"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
)

// Template returns the definitions that alertmanager/templates/oncall.tmpl has defaults for. They
// depend on the time of a notification, so that hand-overs need no reload. After the last shift of
// the year, its people stay on call.
func Template(s *schedule.Schedule, now time.Time) string {
	end := now.AddDate(1, 0, 0)
	var b strings.Builder
	fmt.Fprintf(&b, "{{/* Written by marketplace_report oncall on %s, with the shifts until %s. Alertmanager reads it at a reload. */}}\n\n",
		now.UTC().Format(time.DateOnly), end.UTC().Format(time.DateOnly))
	var people []string
	for _, role := range schedule.Roles() {
		shifts := s.Shifts(role, now, end)
		phone := "oncall.phone." + string(role)
		if role == schedule.Primary {
			phone = "oncall.phone"
		}
		b.WriteString(definition(phone, s.Location, shifts, func(p schedule.Person) string { return p.Phone }))
		b.WriteString(definition("oncall.name."+string(role), s.Location, shifts, func(p schedule.Person) string { return p.Name }))
		people = append(people, fmt.Sprintf(`{{ template "oncall.name.%s" }} (%[1]s)`, role))
	}
	b.WriteString(definition("oncall.mention", s.Location, s.Shifts(schedule.Primary, now, end), mention))
	fmt.Fprintf(&b, "{{ define \"oncall.people\" }}{{ . }}%s{{ end }}\n", strings.Join(people, ", "))
	return b.String()
}

// definition returns a definition of a value that changes with the shifts.
func definition(name string, location *time.Location, shifts []schedule.Shift, value func(schedule.Person) string) string {
	var b strings.Builder
	current := value(shifts[0].Person)
	fmt.Fprintf(&b, "{{ define %q -}}\n{{ $now := now.Unix }}{{ $value := %q -}}\n", name, current)
	for _, shift := range shifts {
		next := value(shift.Person)
		if next == current {
			continue
		}
		fmt.Fprintf(&b, "{{ if ge $now %d }}{{ $value = %q }}{{ end }}{{/* %s */ -}}\n",
			shift.Start.Unix(), next, shift.Start.In(location).Format("2006-01-02 15:04 MST"))
		current = next
	}
	b.WriteString("{{ $value }}\n{{- end }}\n\n")
	return b.String()
}

func mention(p schedule.Person) string {
	if p.Slack == "" {
		return ""
	}
	return " <@" + p.Slack + ">"
}
