package logs

import (
	"bytes"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
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
	fields   row.Fields
	texts    row.Texts
}

// The members of an object are empty if they are missing or neither text nor number: they belong to
// the application, so any type is valid.

func (l *line) level() []byte  { return l.textOf("level") }
func (l *line) event() []byte  { return l.textOf("event") }
func (l *line) method() []byte { return l.textOf("method") }

// message returns the message of an object of Winston or, failing that, of pino.
func (l *line) message() []byte {
	if text := l.textOf("message"); len(text) > 0 {
		return text
	}
	return l.textOf("msg")
}

func (l *line) member(name string) row.Value {
	if l.kind != objectLine {
		return nil
	}
	return *l.fields[name]
}

func (l *line) textOf(name string) []byte {
	text, _ := l.texts.Of(l.member(name))
	return text
}

// status returns the HTTP status of an object, or 0. A member "status" may also be a word such as
// "paid".
func (l *line) status() int {
	for _, name := range []string{"status", "statusCode"} {
		if status, _, ok := l.texts.Number(l.member(name)); ok && status >= 100 && status < 600 {
			return int(status)
		}
	}
	return 0
}

// location returns the path of an object, and the host of a complete URL. Path is nil if there is
// neither.
func (l *line) location() (host, path []byte) {
	for _, name := range []string{"route", "path", "url"} {
		text := l.textOf(name)
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
	for _, name := range []string{"durationMs", "duration_ms", "duration", "responseTime", "response_time_ms"} {
		if d, ok := l.durationOf(name, time.Millisecond); ok {
			return d, true
		}
	}
	for _, name := range []string{"durationSeconds", "duration_s"} {
		if d, ok := l.durationOf(name, time.Second); ok {
			return d, true
		}
	}
	return 0, false
}

func (l *line) durationOf(name string, unit time.Duration) (d time.Duration, ok bool) {
	number, present, ok := l.texts.Number(l.member(name))
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

// kindOf distinguishes lines of the platform from text of the application.
func kindOf(line []byte) lineKind {
	for _, prefix := range []string{"START RequestId: ", "END RequestId: ", "SAMPLE MESSAGE: "} {
		if bytes.HasPrefix(line, []byte(prefix)) {
			return platformLine
		}
	}
	if bytes.HasPrefix(line, []byte("REPORT RequestId: ")) {
		return reportLine
	}
	if isInvocation(line) {
		return platformLine
	}
	return textLine
}

// isInvocation reports whether a line looks like [GET] [middleware: "middleware"] / status=200. An
// application may print [ERROR] … status=502.
func isInvocation(line []byte) bool {
	method, rest, found := bytes.Cut(line, []byte("] "))
	if !found || len(method) == 0 || method[0] != '[' || !isMethod(string(method[1:])) {
		return false
	}
	i := bytes.LastIndex(rest, []byte(" status="))
	if i < 0 {
		return false
	}
	_, err := strconv.Atoi(string(rest[i+len(" status="):]))
	return err == nil
}

func isMethod(name string) bool { return name != allow.Other && allow.Method(name) == name }

// reportDuration parses a line such as REPORT RequestId: 6f7e… Duration: 116 ms Billed Duration:
// 117 ms. Its parts are separated by blanks, tabs, or a backslash and a t. The duration excludes
// the cold start.
func reportDuration(line []byte) (d time.Duration, ok bool) {
	before, after, found := bytes.Cut(line, []byte("Duration: "))
	if !found || bytes.HasSuffix(before, []byte("Billed ")) || bytes.HasSuffix(before, []byte("Init ")) {
		return 0, false
	}
	number, _, found := bytes.Cut(after, []byte(" ms"))
	milliseconds, err := strconv.ParseFloat(string(number), 64)
	if !found || err != nil {
		return 0, false
	}
	return durationIn(milliseconds, time.Millisecond)
}
