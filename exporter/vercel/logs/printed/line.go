// Package printed reads what a function printed, as the message of a row of the log drain has it: lines of Winston, which
// are JSON objects, plain text, and lines that the platform adds.
package printed

import (
	"bytes"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// Kind is what a line is.
type Kind int

// The kinds there are.
const (
	Text     Kind = iota // what is none of the others
	Object               // a JSON object, as Winston writes it
	Platform             // the start, the end or the status of an invocation: the application did not say it
	Report               // the platform's REPORT, which has a duration
)

// Line is a line of a message. All that it returns is good until the scanner's next line.
type Line struct {
	Kind    Kind
	text    []byte
	members members
	texts   loose.Texts
}

// members are those of an object that anybody needs, in the order in which they are believed.
type members struct {
	level, message, event, method loose.Value

	places       [3]loose.Value // route, path, url
	statuses     [2]loose.Value
	milliseconds [5]loose.Value
	seconds      [2]loose.Value
}

func (m *members) Field(name []byte) *loose.Value {
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
		return &m.places[0]
	case "path":
		return &m.places[1]
	case "url":
		return &m.places[2]
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

// Bytes is the line as it was printed.
func (l *Line) Bytes() []byte { return l.text }

// Level is an object's own level, or nothing.
func (l *Line) Level() []byte { return l.of(l.members.level) }

// Message is an object's message, or nothing.
func (l *Line) Message() []byte { return l.of(l.members.message) }

// Event is an object's field "event", or nothing.
func (l *Line) Event() []byte { return l.of(l.members.event) }

// Method is the HTTP method that an object tells, or nothing.
func (l *Line) Method() []byte { return l.of(l.members.method) }

func (l *Line) of(v loose.Value) []byte {
	text, _ := l.texts.Of(v) // any type may be there: these fields are the application's, not the drain's
	return text
}

// Status is the HTTP status that an object tells, or 0: its status may as well be a word such as "paid".
func (l *Line) Status() int {
	for _, v := range l.members.statuses {
		if status, _, ok := l.texts.Number(v); ok && status >= 100 && status < 600 {
			return int(status)
		}
	}
	return 0
}

// Place is the path that an object tells, and the host if it is a whole URL. Anything that is neither is no place.
func (l *Line) Place() (host, path []byte) {
	for _, v := range l.members.places {
		text := l.of(v)
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

// Duration is the time that a line tells that something took. One that is negative, longer than a day or no number is none.
func (l *Line) Duration() (took time.Duration, ok bool) {
	if l.Kind == Report {
		return reported(l.text)
	}
	for _, v := range l.members.milliseconds {
		if took, ok := l.duration(v, time.Millisecond); ok {
			return took, true
		}
	}
	for _, v := range l.members.seconds {
		if took, ok := l.duration(v, time.Second); ok {
			return took, true
		}
	}
	return 0, false
}

func (l *Line) duration(v loose.Value, unit time.Duration) (took time.Duration, ok bool) {
	number, present, ok := l.texts.Number(v)
	if !present || !ok {
		return 0, false
	}
	return within(number, unit)
}

// longest is more than any function may run.
const longest = 24 * time.Hour

func within(number float64, unit time.Duration) (took time.Duration, ok bool) {
	if !(number >= 0 && number <= float64(longest/unit)) { // which NaN is not, either
		return 0, false
	}
	return time.Duration(number * float64(unit)), true
}
