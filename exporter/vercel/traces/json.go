package traces

import (
	"bytes"
	"encoding/hex"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// decodeJSON decodes OTLP in JSON: one request or several. Existing decoders reject the kind of a
// span as a word, which is how Vercel writes it.
func (v *delivery) decodeJSON(body []byte) error {
	tally, err := row.Decode(body, row.Traces, v.maxSpans, v.decodeRequest)
	for reason, rows := range tally.Invalid {
		for range rows {
			v.tally.Reject(reason)
		}
	}
	v.tally.Misplaced = tally.Misplaced
	return err
}

// decodeRequest decodes an ExportTraceServiceRequest. The reason concerns the whole request.
func (v *delivery) decodeRequest(text []byte) row.Reason {
	invalid := row.Missing
	v.json.buffer = *bytes.NewBuffer(text)
	v.json.decoder.Reset(&v.json.buffer, row.Lenient()...)
	v.json.object(func(name []byte) {
		if string(name) == "resourceSpans" || string(name) == "resource_spans" {
			invalid = v.json.array(v.decodeResource)
		}
	})
	return invalid
}

func (v *delivery) decodeResource() {
	first := len(v.entries)
	var resource attributes
	v.tally.Reject(v.json.object(func(name []byte) {
		switch string(name) {
		case "resource":
			v.json.object(func(name []byte) {
				if string(name) == "attributes" {
					v.decodeAttributes(&resource)
				}
			})
		case "scopeSpans", "scope_spans":
			v.tally.Reject(v.json.array(v.decodeScope))
		}
	}))
	v.setEnvironment(first, &resource)
}

func (v *delivery) decodeScope() {
	v.tally.Reject(v.json.object(func(name []byte) {
		if string(name) == "spans" {
			v.tally.Reject(v.json.array(v.decodeSpan))
		}
	}))
}

// jsonWalker walks over JSON that is known to be valid, without copying it.
type jsonWalker struct {
	buffer  bytes.Buffer
	decoder jsontext.Decoder
}

// value returns the next value, which points into the text, or nil if there is none.
func (w *jsonWalker) value() row.Value {
	value, _ := w.decoder.ReadValue()
	return value
}

func (w *jsonWalker) skip() { _ = w.decoder.SkipValue() } // cannot fail: the JSON is valid

// skipNull skips a value, which must be null.
func (w *jsonWalker) skipNull() row.Reason {
	kind := w.decoder.PeekKind()
	w.skip()
	if kind != 'n' {
		return row.WrongType
	}
	return ""
}

// object calls member with the name of each member, and skips the values that member does not read.
// It skips values of other types and returns that they are, except for null, which has no members.
func (w *jsonWalker) object(member func(name []byte)) row.Reason {
	if w.decoder.PeekKind() != '{' {
		return w.skipNull()
	}
	_, _ = w.decoder.ReadToken()
	for w.decoder.PeekKind() == '"' {
		quoted := w.value()
		start := w.decoder.InputOffset()
		member(quoted[1 : len(quoted)-1])
		if w.decoder.InputOffset() == start {
			w.skip()
		}
	}
	_, _ = w.decoder.ReadToken()
	return ""
}

// array calls element for each element; it must read or skip it. Other types are handled as in
// object.
func (w *jsonWalker) array(element func()) row.Reason {
	if w.decoder.PeekKind() != '[' {
		return w.skipNull()
	}
	_, _ = w.decoder.ReadToken()
	for kind := w.decoder.PeekKind(); kind != ']' && kind != 0; kind = w.decoder.PeekKind() {
		element()
	}
	_, _ = w.decoder.ReadToken()
	return ""
}

// decodeSpan decodes the next span, or skips it once there are too many.
func (v *delivery) decodeSpan() {
	if !v.beginSpan() {
		v.json.skip()
		return
	}
	v.Reject(v.json.object(v.decodeMember))
	v.addSpan()
}

// text returns the next value as text. Other types make the span invalid.
func (v *delivery) text() []byte { return v.Text(v.json.value()) }

func (v *delivery) decodeMember(name []byte) {
	s := &v.span
	switch string(name) {
	case "traceId", "trace_id":
		v.decodeHex(s.trace[:])
	case "spanId", "span_id":
		v.decodeHex(s.id[:])
	case "parentSpanId", "parent_span_id":
		v.decodeHex(s.parent[:])
	case "name":
		s.name = string(v.text())
	case "kind":
		s.kind = kindOf(string(v.text()))
	case "startTimeUnixNano", "start_time_unix_nano":
		s.start = v.nanoseconds()
	case "endTimeUnixNano", "end_time_unix_nano":
		s.end = v.nanoseconds()
	case "attributes":
		v.Reject(v.decodeAttributes(&s.attributes))
	case "status":
		v.json.object(func(name []byte) {
			if string(name) == "code" {
				s.failed = isError(string(v.text()))
			}
		})
	}
}

func (v *delivery) decodeAttributes(into *attributes) row.Reason {
	return v.json.array(func() {
		var key, value row.Value
		v.json.object(func(name []byte) {
			switch string(name) {
			case "key":
				key = v.json.value()
			case "value":
				value = v.anyValue()
			}
		})
		named, isText := v.Texts.Of(key)
		if isText && into.field(string(named)) != nil {
			text, _ := v.Texts.Of(value) // lists and objects are ignored
			into.set(string(named), string(text))
		}
	})
}

// anyValue decodes the value of an attribute, an object whose only member is named after the type.
func (v *delivery) anyValue() (value row.Value) {
	if kind := v.json.decoder.PeekKind(); kind != '{' {
		return v.json.value()
	}
	v.json.object(func([]byte) { value = v.json.value() })
	return value
}

// decodeHex decodes an id in hexadecimal digits. An empty text is a missing id.
func (v *delivery) decodeHex(into []byte) {
	text := v.text()
	if len(text) == 0 {
		return
	}
	if len(text) != hex.EncodedLen(len(into)) {
		v.Reject(row.BadValue)
	} else if _, err := hex.Decode(into, text); err != nil {
		v.Reject(row.BadValue)
	}
}

// nanoseconds decodes a time, which is text because it has 64 bits; some senders write a number. A
// missing time is 0.
func (v *delivery) nanoseconds() uint64 {
	text := string(v.text())
	if text == "" {
		return 0
	}
	if at, err := strconv.ParseUint(text, 10, 64); err == nil {
		return at
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !(number >= 0 && number < 1<<63) { // also rejects NaN
		v.Reject(row.BadValue)
		return 0
	}
	return uint64(number)
}

// kindOf accepts the numbers of OTLP, their names, and the words of Vercel.
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
