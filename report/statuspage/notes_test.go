package statuspage

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const note = `---
title: Card payments fail
components: [payments, api]
impact: major
started: 2026-11-17T19:05:00+09:00
---
## investigating 2026-11-17T10:15:00Z

Cards of **some banks** are declined.

## identified 2026-11-17T10:30:00Z
A <script>alert(1)</script>[link](javascript:alert(1)) of our provider.

## resolved 2026-11-17T10:50:00Z
All cards work.
`

func TestNoteTakesThePlaceOfIncidents(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), write(t, "2026-11-17-cards.md", note))
	p.refresh(t.Context(), now())
	require.Empty(t, p.log.String())
	incidents := p.summary(t, "/api/v2/incidents.json").Incidents
	require.Len(t, incidents, 2)
	require.Equal(t, "Card payments fail", incidents[0].Name)
	require.Equal(t, "major", incidents[0].Impact)
	require.Equal(t, "2026-11-17T10:05:00.000Z", incidents[0].StartedAt)
	require.Equal(t, "2026-11-17T10:50:00.000Z", incidents[0].ResolvedAt)
	require.Len(t, incidents[0].Components, 2)
	require.Len(t, incidents[0].Updates, 3)
	require.Equal(t, "resolved", incidents[0].Updates[0].Status)
	require.Equal(t, "All cards work.", incidents[0].Updates[0].Body)
	require.Equal(t, "API: outage", incidents[1].Name)

	front := p.get(t, "/")
	require.Contains(t, front, "<strong>some banks</strong>")
	require.NotContains(t, front, "<script")
	require.NotContains(t, front, "javascript:")
	require.NotContains(t, p.get(t, "/history.atom"), "javascript:")
}

func TestOldNoteIsNotShown(t *testing.T) {
	dir := write(t, "cards.md", note)
	open, _, _ := strings.Cut(note, "\n## resolved")
	require.NoError(t, os.WriteFile(dir+"/open.md", []byte(strings.Replace(open, "Card", "Bank", 1)), 0o600))
	p := newPage(t, "http://127.0.0.1:1", dir)
	p.refresh(t.Context(), now().Add(86*day))
	require.Contains(t, p.get(t, "/history"), "Card payments fail")
	p.refresh(t.Context(), now().Add(88*day))
	require.NotContains(t, p.get(t, "/history"), "Card payments fail")
	require.Contains(t, p.get(t, "/history"), "Bank payments fail", "it is not resolved")
}

func TestOpenNoteRaisesTheStatus(t *testing.T) {
	open, _, _ := strings.Cut(note, "\n## resolved")
	p := newPage(t, shop().start(t).URL(), write(t, "cards.md", open))
	p.refresh(t.Context(), now())
	s := p.summary(t, "/api/v2/summary.json")
	require.Equal(t, "Partial system outage", s.Status.Description)
	require.Equal(t, "partial_outage", s.Components[2].Status)
	require.Equal(t, "identified", s.Incidents[0].Status)
}

func TestInvalidNoteIsNamedAndTheOthersAreShown(t *testing.T) {
	dir := write(t, "good.md", note)
	require.NoError(t, os.WriteFile(dir+"/bad.md", []byte(strings.Replace(note, "## identified", "## fixing", 1)), 0o600))
	require.NoError(t, os.WriteFile(dir+"/README.txt", []byte("no note"), 0o600))
	p := newPage(t, "http://127.0.0.1:1", dir)
	p.refresh(t.Context(), now())
	p.refresh(t.Context(), now())
	require.Equal(t, 1, strings.Count(p.log.String(), dir+"/bad.md:11: unknown status"))
	require.Contains(t, p.get(t, "/history"), "Card payments fail", "without Prometheus too")
}

func TestErrorsOfNotesHaveALine(t *testing.T) {
	for name, test := range map[string]struct {
		old, replacement string
		line             int
		message          string
	}{
		"no front matter":   {"---\ntitle", "title", 1, "the front matter is missing"},
		"unknown field":     {"impact:", "severity:", 4, "field severity not found"},
		"invalid YAML":      {"[payments, api]", "[payments, api", 3, "did not find expected"},
		"no title":          {"Card payments fail", "", 2, "title is missing"},
		"unknown component": {"payments, api", "checkout", 3, `unknown component "checkout"; hint: the components are website`},
		"no component":      {"[payments, api]", "[]", 3, "components is missing"},
		"unknown impact":    {"major", "huge", 4, `unknown impact "huge"`},
		"invalid start":     {"2026-11-17T19:05:00+09:00", "noon", 5, `"noon" is not a time`},
		"late start":        {"2026-11-17T19:05:00+09:00", "2026-11-17T19:25:00+09:00", 5, "after the first update"},
		"unknown status":    {"## identified", "## fixed", 11, `unknown status "fixed"`},
		"invalid time":      {"2026-11-17T10:30:00Z", "10:30", 11, `"10:30" is not a time in RFC 3339`},
		"no order":          {"2026-11-17T10:50:00Z", "2026-11-17T10:20:00Z", 14, "earlier than the one before"},
		"early text":        {"## investigating", "Hello\n## investigating", 7, "text before the first update"},
		"no update":         {updatesOf(note), "", 7, "no update"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(note, test.old, test.replacement, 1)
			require.NotEqual(t, note, text)
			_, line, err := parseNote(text)
			require.ErrorContains(t, err, test.message)
			require.Equal(t, test.line, line)
		})
	}
}

func TestLargeNoteIsRejected(t *testing.T) {
	dir := write(t, "large.md", note+strings.Repeat("x", 64<<10))
	_, err := readNotes(dir)
	require.ErrorContains(t, err, "large.md:1: the note exceeds 65536 bytes")
	_, err = readNotes(dir + "/absent")
	require.ErrorContains(t, err, "hint: check --notes.directory")
}

func TestNoteWithWindowsLineEnds(t *testing.T) {
	notes, err := readNotes(write(t, "crlf.md", strings.ReplaceAll(note, "\n", "\r\n")))
	require.NoError(t, err)
	require.Len(t, notes, 1)
}

func updatesOf(note string) string {
	_, updates, _ := strings.Cut(note, "+09:00\n---\n")
	return updates
}
