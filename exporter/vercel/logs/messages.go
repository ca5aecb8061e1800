package logs

import (
	"bytes"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// readMessages reads the message of a row. Each JSON object in it is a message with its own level.
// All text around the objects is one message, with the level that Vercel assigned. Lines of the
// platform are not messages.
func (v *delivery) readMessages(r *logRow, e *entry) {
	e.from = len(v.messages)
	v.lines.reset(r.message)
	rowLevel := allow.Level(string(r.level))
	textLevel := rowLevel
	isPlatform := r.isPlatform()
	for l := v.lines.next(); l != nil && len(v.messages) <= v.maxMessages; l = v.lines.next() {
		v.readTiming(r, e, l)
		switch {
		case isPlatform:
		case l.kind == objectLine:
			own := allow.Level(string(l.level()))
			if own == allow.Unknown {
				own = rowLevel
			}
			v.messages = append(v.messages, message{level: own, event: v.event(l.message(), l.event())})
		case l.kind == textLine:
			m := message{level: textLevel, event: v.event(l.text, nil)}
			textLevel = "" // the first line counts as the message; the others count only as events
			if m != (message{}) {
				v.messages = append(v.messages, m)
			}
		}
	}
	e.to = len(v.messages)
}

// event returns the event of a message or, failing that, of its field "event". It is empty for
// most.
func (v *delivery) event(text, field []byte) string {
	event, found := v.lists.Events.Logged(string(text))
	if !found && len(field) > 0 {
		event, _ = v.lists.Events.Logged(string(field))
	}
	return event
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
	found := timing{source: timingPlatform, method: allow.Method(string(r.proxyMethod)), route: e.route, code: e.code, duration: duration}
	if l.kind == objectLine {
		host, path := l.location()
		if path == nil || !r.isAt(host) {
			return // such as a database query, or a call to another host
		}
		found.source, found.route = timingApplication, v.lists.Routes.Match(string(path))
		if e.route != allow.Other && found.route != e.route {
			return // a part of the request with a path of its own, such as a file
		}
		if method := l.method(); len(method) > 0 {
			found.method = allow.Method(string(method))
		}
		if status := l.status(); status != 0 {
			found.source, found.code = timingWithStatus, allow.Code(status)
		}
	}
	if found.code == "" {
		found.code = allow.Unknown
	}
	if found.source > e.timing.source {
		e.timing = found
	}
}

// isAt reports whether host, which is empty for a path, is the host of the request.
func (r *logRow) isAt(host []byte) bool {
	return len(host) == 0 || bytes.EqualFold(host, r.host) || bytes.EqualFold(host, r.proxyHost)
}
