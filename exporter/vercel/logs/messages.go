package logs

import (
	"bytes"
	"cmp"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
)

// messagesPerRow limits the messages of a row; the others are counted as dropped. A function that
// logs the input of its clients could otherwise count any number of errors for one request.
const messagesPerRow = 10

// readMessages reads the message of a row. Each JSON object that has a level is a message of its
// own, as loggers write it. Everything else in a row is one message, with the level that Vercel
// assigned: text, the lines of a stack, and printed objects, which are indented or have no level.
// Lines of the platform are not messages.
func (v *delivery) readMessages(r *logRow, e *entry) {
	e.from = len(v.messages)
	v.lines.reset(r.message)
	rest := allow.Level(string(r.level)) // of everything else, until it is counted
	isPlatform := r.isPlatform()
	for l := v.lines.next(); l != nil; l = v.lines.next() {
		full := len(v.messages)-e.from == messagesPerRow
		if !full {
			v.readTiming(r, e, l)
		}
		if isPlatform || l.kind == platformLine || l.kind == reportLine {
			continue
		}
		m := message{event: v.event(l)}
		if own := allow.Level(string(l.level())); own != allow.Unknown && !l.indented {
			m.level = own
		} else {
			m.level, rest = rest, ""
		}
		switch {
		case m == message{}:
		case full:
			e.dropped++
		default:
			v.messages = append(v.messages, m)
		}
	}
	e.to = len(v.messages)
}

// event returns the event of a line: of its text or, failing that, of its field "event". It is
// empty for most.
func (v *delivery) event(l *line) string {
	text := l.text
	if l.kind == objectLine {
		text = l.message()
	}
	return cmp.Or(v.lists.Events.Logged(text), v.lists.Events.Logged(l.event()))
}

// readTiming sets the timing of the row if the line has the duration of its request. The first line
// of the most reliable source counts.
func (v *delivery) readTiming(r *logRow, e *entry, l *line) {
	if !v.timed || r.isMiddleware() || e.source == "build" || r.proxyStatus == revalidated {
		return
	}
	duration, ok := l.duration()
	if !ok {
		return
	}
	found := timing{source: timingPlatform, Request: requests.Request{
		Environment: e.environment, Method: allow.Method(string(r.proxyMethod)), Route: e.route, Code: e.code, Duration: duration,
	}}
	if l.kind == objectLine {
		host, path := l.location()
		if path == nil || !r.isAt(host) {
			return // such as a database query, or a call to another host
		}
		found.source, found.Route = timingApplication, v.lists.Routes.Match(string(path))
		if e.route != allow.Other && found.Route != e.route {
			return // a part of the request with a path of its own, such as a file
		}
		if method := l.method(); len(method) > 0 {
			found.Method = allow.Method(string(method))
		}
		if status := l.status(); status != 0 {
			found.source, found.Code = timingWithStatus, allow.Code(status)
		}
	}
	if found.source > e.timing.source {
		e.timing = found
	}
}

// isAt reports whether host, which is empty for a path, is the host of the request.
func (r *logRow) isAt(host []byte) bool {
	return len(host) == 0 || bytes.EqualFold(host, r.host) || bytes.EqualFold(host, r.proxyHost)
}
