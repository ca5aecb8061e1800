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
	objectLine                   // a JSON object, as Winston and pino write it
	platformLine                 // the start, the end or the status of an invocation
	reportLine                   // the REPORT of the platform, which contains a duration
)

// line is a line of a message. Its texts are valid until the next line of the scanner.
type line struct {
	kind     lineKind
	text     []byte
	indented bool // an object with blanks before it on its line
	members  lineMembers
	texts    row.Texts
}

// lineMembers are the decoded members of an object. Lists are in order of precedence.
type lineMembers struct {
	level, event, method row.Value

	messages     [2]row.Value // of Winston, of pino
	locations    [3]row.Value // route, path, url
	statuses     [2]row.Value
	milliseconds [5]row.Value
	seconds      [2]row.Value
}

func (m *lineMembers) fields() row.Fields {
	return row.Fields{
		"level": &m.level, "event": &m.event, "method": &m.method, "message": &m.messages[0], "msg": &m.messages[1],
		"route": &m.locations[0], "path": &m.locations[1], "url": &m.locations[2],
		"status": &m.statuses[0], "statusCode": &m.statuses[1],
		"durationMs": &m.milliseconds[0], "duration_ms": &m.milliseconds[1], "duration": &m.milliseconds[2],
		"responseTime": &m.milliseconds[3], "response_time_ms": &m.milliseconds[4],
		"durationSeconds": &m.seconds[0], "duration_s": &m.seconds[1],
	}
}

// The members of an object are empty if they are missing or neither text nor number: they belong to
// the application, so any type is valid.

func (l *line) level() []byte  { return l.textOf(l.members.level) }
func (l *line) event() []byte  { return l.textOf(l.members.event) }
func (l *line) method() []byte { return l.textOf(l.members.method) }

func (l *line) message() []byte {
	if text := l.textOf(l.members.messages[0]); len(text) > 0 {
		return text
	}
	return l.textOf(l.members.messages[1])
}

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
