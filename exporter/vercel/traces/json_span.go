package traces

import (
	"encoding/hex"
	"strconv"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// decodeSpan decodes the next span, or skips it once there are too many.
func (v *delivery) decodeSpan() {
	if v.nextSpan() != nil {
		v.json.skip()
		return
	}
	v.json.Reset()
	f := &v.span
	*f = spanFields{fields: f.fields, statusFields: f.statusFields}
	isObject := v.json.object(func(name []byte) {
		switch string(name) {
		case "status":
			v.json.object(func(name []byte) { v.json.store(f.statusFields, name) })
		case "attributes":
			f.invalidAttributes = !v.decodeAttributes(&f.attributes)
		default:
			v.json.store(f.fields, name)
		}
	})
	if !isObject {
		v.tally.Reject(row.WrongType)
		return
	}
	s := f.span(&v.json.Reader)
	v.add(&s, v.json.Reason())
}

// spanFields are the members of a span before conversion.
type spanFields struct {
	trace, id, parent, name, kind, start, end, status row.Value
	attributes                                        attributes
	invalidAttributes                                 bool
	fields, statusFields                              row.Fields
}

func (f *spanFields) initialize() {
	f.fields = row.Fields{
		"traceId": &f.trace, "trace_id": &f.trace, "spanId": &f.id, "span_id": &f.id, "parentSpanId": &f.parent, "parent_span_id": &f.parent,
		"name": &f.name, "kind": &f.kind, "startTimeUnixNano": &f.start, "start_time_unix_nano": &f.start,
		"endTimeUnixNano": &f.end, "end_time_unix_nano": &f.end,
	}
	f.statusFields = row.Fields{"code": &f.status}
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
			default:
				v.json.skip()
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

// span converts the members. The reader knows whether they are valid.
func (f *spanFields) span(r *row.Reader) span {
	s := span{
		name: string(r.Text(f.name)), kind: kindOf(string(r.Text(f.kind))), failed: isError(string(r.Text(f.status))),
		attributes: f.attributes,
	}
	ok := decodeID(s.trace[:], r.Text(f.trace)) && decodeID(s.id[:], r.Text(f.id)) && decodeID(s.parent[:], r.Text(f.parent))
	var startOK, endOK bool
	s.start, startOK = nanoseconds(r.Text(f.start))
	s.end, endOK = nanoseconds(r.Text(f.end))
	if !ok || !startOK || !endOK {
		r.Reject(row.BadValue)
	}
	if f.invalidAttributes {
		r.Reject(row.WrongType)
	}
	return s
}

// decodeID decodes hexadecimal digits. An empty text is a missing id.
func decodeID(into, text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if len(text) != hex.EncodedLen(len(into)) {
		return false
	}
	_, err := hex.Decode(into, text)
	return err == nil
}

// nanoseconds decodes a time, which is text because it has 64 bits; some senders write a number. A
// missing time is 0.
func nanoseconds(text []byte) (at uint64, ok bool) {
	if len(text) == 0 {
		return 0, true
	}
	if at, err := strconv.ParseUint(string(text), 10, 64); err == nil {
		return at, true
	}
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(number >= 0 && number < 1<<63) { // also rejects NaN
		return 0, false
	}
	return uint64(number), true
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
