package logs

import (
	"bytes"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// lineKind is the kind of a line.
type lineKind int

const (
	textLine     lineKind = iota // any other text
	objectLine                   // a JSON object, as Winston writes it
	platformLine                 // the start, the end or the status of an invocation
	reportLine                   // the REPORT of the platform, which contains a duration
)

// line is a line of a message. Its texts are valid until the next line of the scanner.
type line struct {
	kind    lineKind
	text    []byte
	members lineMembers
	texts   row.Texts
}

// lineMembers are the decoded members of an object. Lists are in order of precedence.
type lineMembers struct {
	level, message, event, method row.Value

	locations    [3]row.Value // route, path, url
	statuses     [2]row.Value
	milliseconds [5]row.Value
	seconds      [2]row.Value
}

// Field implements row.Fields.
func (m *lineMembers) Field(name []byte) *row.Value {
	switch string(name) {
	case "level":
		return &m.level
	case "message":
		return &m.message
	case "event":
		return &m.event
	case "method":
		return &m.method
	case "route":
		return &m.locations[0]
	case "path":
		return &m.locations[1]
	case "url":
		return &m.locations[2]
	case "status":
		return &m.statuses[0]
	case "statusCode":
		return &m.statuses[1]
	case "durationMs":
		return &m.milliseconds[0]
	case "duration_ms":
		return &m.milliseconds[1]
	case "duration":
		return &m.milliseconds[2]
	case "responseTime":
		return &m.milliseconds[3]
	case "response_time_ms":
		return &m.milliseconds[4]
	case "durationSeconds":
		return &m.seconds[0]
	case "duration_s":
		return &m.seconds[1]
	}
	return nil
}

// The members of an object are empty if they are missing or neither text nor number: they belong to
// the application, so any type is valid.

func (l *line) level() []byte   { return l.textOf(l.members.level) }
func (l *line) message() []byte { return l.textOf(l.members.message) }
func (l *line) event() []byte   { return l.textOf(l.members.event) }
func (l *line) method() []byte  { return l.textOf(l.members.method) }

func (l *line) textOf(v row.Value) []byte {
	text, _ := l.texts.Of(v)
	return text
}

// status returns the HTTP status of an object, or 0. A member "status" may also be a word such as
// "paid".
func (l *line) status() int {
	for _, v := range l.members.statuses {
		if status, _, ok := l.texts.Number(v); ok && status >= 100 && status < 600 {
			return int(status)
		}
	}
	return 0
}

// location returns the path of an object, and the host of a complete URL. Path is nil if there is
// neither.
func (l *line) location() (host, path []byte) {
	for _, v := range l.members.locations {
		text := l.textOf(v)
		if bytes.HasPrefix(text, []byte("/")) {
			return nil, text
		}
		scheme, rest, found := bytes.Cut(text, []byte("://"))
		if !found || (string(scheme) != "https" && string(scheme) != "http") {
			continue
		}
		if i := bytes.IndexAny(rest, "/?#"); i >= 0 {
			return rest[:i], rest[i:]
		}
		return rest, []byte("/")
	}
	return nil, nil
}

// duration returns the duration in a line. Negative durations and those above maxDuration are
// invalid.
func (l *line) duration() (d time.Duration, ok bool) {
	if l.kind == reportLine {
		return reportDuration(l.text)
	}
	for _, v := range l.members.milliseconds {
		if d, ok := l.durationOf(v, time.Millisecond); ok {
			return d, true
		}
	}
	for _, v := range l.members.seconds {
		if d, ok := l.durationOf(v, time.Second); ok {
			return d, true
		}
	}
	return 0, false
}

func (l *line) durationOf(v row.Value, unit time.Duration) (d time.Duration, ok bool) {
	number, present, ok := l.texts.Number(v)
	if !present || !ok {
		return 0, false
	}
	return durationIn(number, unit)
}

// maxDuration is longer than any function runs.
const maxDuration = 24 * time.Hour

func durationIn(number float64, unit time.Duration) (d time.Duration, ok bool) {
	if !(number >= 0 && number <= float64(maxDuration/unit)) { // also rejects NaN
		return 0, false
	}
	return time.Duration(number * float64(unit)), true
}
