package oncall_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
	"github.com/aimarketplace/monitoring/internal/toolbox"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/oncall"
)

// scheduleFile writes a schedule whose rotation starts on a date, and returns its path.
func scheduleFile(t *testing.T, from, more string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oncall.yml")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `timezone: Asia/Seoul
handover: "09:00"
people:
  - { id: kim, name: 김민지, phone: "+821000000011", slack: U01KIM }
  - { id: lee, name: Lee O'Jun, phone: "+821000000012" }
  - { id: choi, name: %s, phone: "+821000000014" }
rotations:
  - { from: %s, primary: [kim, lee], secondary: [lee, kim], manager: [choi] }
%s`, strings.Repeat("최", 40), from, more), 0o600))
	return path
}

func read(t *testing.T, from, more string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Read(scheduleFile(t, from, more))
	require.NoError(t, err)
	return s
}

func TestCalendarHasARowForEachHandover(t *testing.T) {
	s := read(t, "2026-12-21", "overrides: [{ role: secondary, person: choi, from: 2026-12-24 18:00, to: 2026-12-26 09:00 }]")
	now := time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC)
	var text strings.Builder
	require.NoError(t, oncall.Calendar(s, now, now.AddDate(0, 0, 14)).Write(&text, document.Markdown))
	choi := strings.Repeat("최", 40)
	require.Contains(t, text.String(), strings.Join([]string{
		"| From | Primary | Secondary | Manager |",
		"| --- | --- | --- | --- |",
		"| Thu 2026-12-24 18:00 KST | 김민지 | " + choi + " | " + choi + " |",
		"| Sat 2026-12-26 09:00 KST | 김민지 | Lee O'Jun | " + choi + " |",
		"| Mon 2026-12-28 09:00 KST | Lee O'Jun | 김민지 | " + choi + " |",
		"| Mon 2027-01-04 09:00 KST | 김민지 | Lee O'Jun | " + choi + " |\n",
	}, "\n"))
	require.NotContains(t, text.String(), "+82")
}

func TestICS(t *testing.T) {
	s := read(t, "2026-12-21", "overrides: [{ role: primary, person: choi, from: 2026-12-24 18:00, to: 2026-12-26 09:00 }]")
	now := time.Date(2026, 12, 24, 10, 0, 0, 0, time.UTC)
	text := oncall.ICS(s, now, now.AddDate(0, 0, 7))
	require.True(t, strings.HasPrefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"))
	require.True(t, strings.HasSuffix(text, "END:VEVENT\r\nEND:VCALENDAR\r\n"))
	require.Contains(t, text, "BEGIN:VEVENT\r\nUID:primary-20261228T000000Z@marketplace-oncall\r\nDTSTAMP:20261224T100000Z\r\n"+
		"DTSTART:20261228T000000Z\r\nDTEND:20270104T000000Z\r\nSUMMARY:On call (primary): Lee O'Jun\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n")
	require.Equal(t, 3+2, strings.Count(text, "BEGIN:VEVENT"), "shifts of the primary and of the secondary")
	require.NotContains(t, text, "+82")
	for line := range strings.SplitSeq(text, "\r\n") {
		require.LessOrEqual(t, len(line), 75)
		require.True(t, utf8.ValidString(line), "no character is split")
	}
	require.Contains(t, strings.ReplaceAll(text, "\r\n ", ""), "SUMMARY:On call (primary): "+strings.Repeat("최", 40)+"\r\n", "unfolded")

	later := oncall.ICS(s, now.AddDate(0, 0, 1), now.AddDate(0, 0, 7))
	require.Contains(t, later, "UID:primary-20261224T090000Z@", "the UID of a shift does not depend on the time of the export")
}

// TestTemplateFollowsTheTime renders templates with Alertmanager's own functions. Those written
// weeks ago have the people of today.
func TestTemplateFollowsTheTime(t *testing.T) {
	now := time.Now()
	s := read(t, now.AddDate(0, 0, -71).Format(time.DateOnly), "")
	seen := map[string]bool{}
	for _, weeks := range []int{0, 1, 2, 7} {
		path := filepath.Join(t.TempDir(), "oncall.tmpl")
		require.NoError(t, os.WriteFile(path, []byte(oncall.Template(s, now.AddDate(0, 0, -7*weeks))), 0o600))
		primary, _ := s.Shift(schedule.Primary, now)
		secondary, _ := s.Shift(schedule.Secondary, now)
		mention := ""
		if primary.Person.ID == "kim" {
			mention = " <@U01KIM>"
		}
		require.Equal(t, strings.Join([]string{
			primary.Person.Phone, secondary.Person.Phone, "+821000000014", mention,
			" · on call: " + primary.Person.Name + " (primary), " + secondary.Person.Name + " (secondary), " + strings.Repeat("최", 40) + " (manager)",
		}, "|"), render(t, path))
		first, _ := s.Shift(schedule.Primary, now.AddDate(0, 0, -7*weeks))
		seen[first.Person.ID] = true
	}
	require.Len(t, seen, 2, "the template of one week ago starts with the other person")
}

func render(t *testing.T, path string) string {
	t.Helper()
	amtool, err := toolbox.Path("amtool")
	require.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), amtool, "template", "render", "--template.glob="+path, "--template.text="+
		`{{ template "oncall.phone" . }}|{{ template "oncall.phone.secondary" . }}|{{ template "oncall.phone.manager" . }}|`+
		`{{ template "oncall.mention" }}|{{ template "oncall.people" " · on call: " }}`).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}
