package traces

import (
	"encoding/hex"
	"strconv"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// readSpan reads the next span, unless there were too many already.
func (t *take) readSpan(tooMany *error) {
	if *tooMany == nil {
		*tooMany = t.room()
	}
	if *tooMany != nil {
		t.json.skip()
		return
	}
	t.json.texts.Reset()
	f := spanFields{}
	if !t.json.object(func(name []byte) { t.readMember(&f, name) }) {
		t.tally.Reject(batch.WrongType)
		return
	}
	s, reason := f.span(&t.json.texts)
	t.add(&s, reason)
}

// spanFields are the members of a span, as they stand in the delivery.
type spanFields struct {
	trace, id, parent, name, kind, began, ended, status loose.Value
	attributes                                          attributes
	badAttributes                                       bool
}

func (t *take) readMember(f *spanFields, name []byte) {
	switch string(name) {
	case "traceId", "trace_id":
		f.trace = t.json.value()
	case "spanId", "span_id":
		f.id = t.json.value()
	case "parentSpanId", "parent_span_id":
		f.parent = t.json.value()
	case "name":
		f.name = t.json.value()
	case "kind":
		f.kind = t.json.value()
	case "startTimeUnixNano", "start_time_unix_nano":
		f.began = t.json.value()
	case "endTimeUnixNano", "end_time_unix_nano":
		f.ended = t.json.value()
	case "status":
		t.json.object(func(name []byte) {
			if string(name) == "code" {
				f.status = t.json.value()
			} else {
				t.json.skip()
			}
		})
	case "attributes":
		f.badAttributes = !t.readAttributes(&f.attributes)
	default:
		t.json.skip()
	}
}

// readAttributes reads a list of attributes, and returns false if it is none.
func (t *take) readAttributes(into *attributes) bool {
	return t.json.array(func() {
		var key, value loose.Value
		t.json.object(func(name []byte) {
			switch string(name) {
			case "key":
				key = t.json.value()
			case "value":
				value = t.anyValue()
			default:
				t.json.skip()
			}
		})
		named, isText := t.json.texts.Of(key)
		if isText && into.field(string(named)) != nil {
			text, _ := t.json.texts.Of(value) // a list or an object is none of those that are needed
			into.set(string(named), string(text))
		}
	})
}

// anyValue reads the value of an attribute, whose one member names its type.
func (t *take) anyValue() (value loose.Value) {
	if kind := t.json.decoder.PeekKind(); kind != '{' {
		return t.json.value()
	}
	t.json.object(func([]byte) { value = t.json.value() })
	return value
}

// span returns what the fields say, and why it is bad if it is.
func (f *spanFields) span(texts *loose.Texts) (s span, bad batch.Reason) {
	reject := func(reason batch.Reason) {
		if bad == "" {
			bad = reason
		}
	}
	text := func(v loose.Value) []byte {
		text, ok := texts.Of(v)
		if !ok {
			reject(batch.WrongType)
		}
		return text
	}
	for _, id := range []struct {
		text []byte
		into []byte
	}{{text(f.trace), s.trace[:]}, {text(f.id), s.id[:]}, {text(f.parent), s.parent[:]}} {
		if !readID(id.into, id.text) {
			reject(batch.BadValue)
		}
	}
	var began, ended bool
	if s.began, began = nanoseconds(text(f.began)); !began {
		reject(batch.BadValue)
	}
	if s.ended, ended = nanoseconds(text(f.ended)); !ended {
		reject(batch.BadValue)
	}
	if f.badAttributes {
		reject(batch.WrongType)
	}
	s.name, s.kind, s.failed = string(text(f.name)), kindOf(string(text(f.kind))), isError(string(text(f.status)))
	s.attributes = f.attributes
	return s, bad
}

// readID reads hexadecimal digits. None at all are an id that is not there.
func readID(into, text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if len(text) != hex.EncodedLen(len(into)) {
		return false
	}
	_, err := hex.Decode(into, text)
	return err == nil
}

// nanoseconds reads a time, which is text since it has 64 bits, and now and then a number nevertheless. One that is not
// there is 0.
func nanoseconds(text []byte) (at uint64, ok bool) {
	if len(text) == 0 {
		return 0, true
	}
	if at, err := strconv.ParseUint(string(text), 10, 64); err == nil {
		return at, true
	}
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(number >= 0 && number < 1<<63) { // which NaN is not, either
		return 0, false
	}
	return uint64(number), true
}

// kindOf knows OTLP's numbers, their names, and Vercel's words.
func kindOf(text string) kind {
	switch text {
	case "1", "SPAN_KIND_INTERNAL", "internal":
		return internal
	case "2", "SPAN_KIND_SERVER", "server":
		return server
	case "3", "SPAN_KIND_CLIENT", "client":
		return client
	}
	return unspecified
}

func isError(code string) bool { return code == "2" || code == "STATUS_CODE_ERROR" || code == "error" }
