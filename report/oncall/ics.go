package oncall

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
)

// ICS returns the shifts of primary and secondary in the iCalendar format of RFC 5545. The UID of a
// shift depends on its role and start only, so that a later import replaces events. Names have no
// characters that the format escapes.
func ICS(s *schedule.Schedule, now, end time.Time) string {
	const utc = "20060102T150405Z"
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(fold(fmt.Sprintf(format, args...)) + "\r\n") }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//aimarketplace//marketplace_report//EN")
	for _, role := range []schedule.Role{schedule.Primary, schedule.Secondary} {
		for _, shift := range s.Shifts(role, now, end) {
			start := shift.Start.UTC().Format(utc)
			line("BEGIN:VEVENT")
			line("UID:%s-%s@marketplace-oncall", role, start)
			line("DTSTAMP:%s", now.UTC().Format(utc))
			line("DTSTART:%s", start)
			line("DTEND:%s", shift.End.UTC().Format(utc))
			line("SUMMARY:On call (%s): %s", role, shift.Person.Name)
			line("TRANSP:TRANSPARENT") // the person is not busy
			line("END:VEVENT")
		}
	}
	line("END:VCALENDAR")
	return b.String()
}

// fold breaks a line after at most 75 bytes, and never within a character.
func fold(line string) string {
	const limit = 75
	var b strings.Builder
	length := 0
	for _, r := range line {
		if length+utf8.RuneLen(r) > limit {
			b.WriteString("\r\n ")
			length = 1
		}
		b.WriteRune(r)
		length += utf8.RuneLen(r)
	}
	return b.String()
}
