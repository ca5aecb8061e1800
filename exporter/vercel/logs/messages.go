package logs

import (
	"bytes"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
)

// print reads the message of a row. Each JSON object in it is a message of its own, with its own level; all the text around
// them is one message, with the level that Vercel gave it. What the platform wrote is none.
func (t *take) print(r *row, e *entry) {
	e.from = len(t.messages)
	t.lines.Reset(r.message)
	vercels := level(r.level)
	texts := vercels
	silent := r.isPlatforms()
	for line := t.lines.Next(); line != nil && len(t.messages) <= t.mostMessages; line = t.lines.Next() {
		t.time(r, e, line)
		switch {
		case silent:
		case line.Kind == printed.Object:
			own := level(line.Level())
			if own == bound.Unknown {
				own = vercels
			}
			t.messages = append(t.messages, message{level: own, event: t.event(line.Message(), line.Event())})
		case line.Kind == printed.Text:
			text := message{level: texts, event: t.event(line.Bytes(), nil)}
			texts = "" // it is counted with its first line; of the others, only events are
			if text != (message{}) {
				t.messages = append(t.messages, text)
			}
		}
	}
	e.to = len(t.messages)
}

// event returns the event that a message, or else its field "event", stands for, or "".
func (t *take) event(text, field []byte) string {
	event, found := t.lists.Events.Logged(string(text))
	if !found && len(field) > 0 {
		event, _ = t.lists.Events.Logged(string(field))
	}
	return event
}

// level returns one of the bounded levels as bound has it: to return the copy of the name would allocate one for every row.
func level(name []byte) string {
	bounded := bound.Level(strings.ToLower(string(name)))
	for _, level := range bound.Levels() {
		if level == bounded {
			return level
		}
	}
	return bound.Unknown
}

// time takes down how long a request took, if a line says so and is about the request of its row. Of several, the first one
// of the best witness is believed.
func (t *take) time(r *row, e *entry, line *printed.Line) {
	if !t.timed || r.isMiddleware() || e.source == "build" || r.proxyStatus == revalidated {
		return
	}
	took, ok := line.Duration()
	if !ok {
		return
	}
	found := timing{by: platform, method: bound.Method(string(r.proxyMethod)), route: e.route, code: e.code, took: took}
	if line.Kind == printed.Object {
		host, path := line.Place()
		if path == nil || !r.isAt(host) {
			return // a query of the database, or a call of somebody else
		}
		found.by, found.route = application, t.lists.Routes.Match(string(path))
		if e.route != bound.Other && found.route != e.route {
			return // a part of the request that has a path, such as a file's
		}
		if method := line.Method(); len(method) > 0 {
			found.method = bound.Method(string(method))
		}
		if status := line.Status(); status != 0 {
			found.by, found.code = applicationAtTheEnd, bound.Code(status)
		}
	}
	if found.code == "" {
		found.code = bound.Unknown
	}
	if found.by > e.timing.by {
		e.timing = found
	}
}

// isAt tells whether a host, which a path alone does not have, is where the request came in.
func (r *row) isAt(host []byte) bool {
	return len(host) == 0 || bytes.EqualFold(host, r.host) || bytes.EqualFold(host, r.proxyHost)
}
