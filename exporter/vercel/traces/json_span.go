package traces

import (
	"encoding/hex"
	"strconv"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// decodeSpan decodes the next span, or skips it once there are too many.
func (v *delivery) decodeSpan() {
	if !v.nextSpan() {
		v.json.skip()
		return
	}
	v.json.Reset()
	v.span = span{}
	if !v.json.object(v.decodeMember) {
		v.tally.Reject(row.WrongType)
		return
	}
	v.add(&v.span, v.json.Reason())
}

func (v *delivery) decodeMember(name []byte) {
	s := &v.span
	switch string(name) {
	case "traceId", "trace_id":
		v.json.decodeID(s.trace[:])
	case "spanId", "span_id":
		v.json.decodeID(s.id[:])
	case "parentSpanId", "parent_span_id":
		v.json.decodeID(s.parent[:])
	case "name":
		s.name = string(v.json.text())
	case "kind":
		s.kind = kindOf(string(v.json.text()))
	case "startTimeUnixNano", "start_time_unix_nano":
		s.start = v.json.nanoseconds()
	case "endTimeUnixNano", "end_time_unix_nano":
		s.end = v.json.nanoseconds()
	case "attributes":
		if !v.decodeAttributes(&s.attributes) {
			v.json.Reject(row.WrongType)
		}
	case "status":
		v.json.object(func(name []byte) {
			if string(name) == "code" {
				s.failed = isError(string(v.json.text()))
			}
		})
	}
}

// decodeAttributes decodes a list of attributes, and returns false for other types.
func (v *delivery) decodeAttributes(into *attributes) bool {
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
		named, isText := v.json.Texts.Of(key)
		if isText && into.field(string(named)) != nil {
			text, _ := v.json.Texts.Of(value) // lists and objects are ignored
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

// decodeID decodes hexadecimal digits. An empty text is a missing id.
func (w *jsonWalker) decodeID(into []byte) {
	text := w.text()
	if len(text) == 0 {
		return
	}
	if len(text) != hex.EncodedLen(len(into)) {
		w.Reject(row.BadValue)
	} else if _, err := hex.Decode(into, text); err != nil {
		w.Reject(row.BadValue)
	}
}

// nanoseconds decodes a time, which is text because it has 64 bits; some senders write a number. A
// missing time is 0.
func (w *jsonWalker) nanoseconds() uint64 {
	text := string(w.text())
	if text == "" {
		return 0
	}
	if at, err := strconv.ParseUint(text, 10, 64); err == nil {
		return at
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !(number >= 0 && number < 1<<63) { // also rejects NaN
		w.Reject(row.BadValue)
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
