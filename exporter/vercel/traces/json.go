package traces

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// decodeJSON decodes OTLP in JSON: one request or several. Existing decoders reject the kind of a
// span as a word, which is how Vercel writes it.
func (v *delivery) decodeJSON(body []byte) error {
	_, tally, err := row.Decode(body, row.Traces, v.maxSpans, func(text []byte) (struct{}, error) {
		return struct{}{}, v.decodeRequest(text)
	})
	for reason, rows := range tally.Invalid {
		for range rows {
			v.tally.Reject(reason)
		}
	}
	v.tally.Misplaced = tally.Misplaced
	return err
}

// decodeRequest decodes an ExportTraceServiceRequest. A row.Error concerns the whole request.
func (v *delivery) decodeRequest(text []byte) error {
	err := row.Invalid(row.Missing)
	v.json.begin(text)
	v.json.object(func(name []byte) {
		switch string(name) {
		case "resourceSpans", "resource_spans":
			err = nil
			if !v.json.array(v.decodeResource) {
				err = row.Invalid(row.WrongType)
			}
		default:
			v.json.skip()
		}
	})
	return errors.Join(v.tooMany, err)
}

func (v *delivery) decodeResource() {
	first := len(v.entries)
	var resource attributes
	v.require(v.json.object(func(name []byte) {
		switch string(name) {
		case "resource":
			v.json.object(func(name []byte) {
				if string(name) == "attributes" {
					v.decodeAttributes(&resource)
				} else {
					v.json.skip()
				}
			})
		case "scopeSpans", "scope_spans":
			v.require(v.json.array(v.decodeScope))
		default:
			v.json.skip()
		}
	}))
	v.setEnvironment(first, &resource)
}

func (v *delivery) decodeScope() {
	v.require(v.json.object(func(name []byte) {
		if string(name) == "spans" {
			v.require(v.json.array(v.decodeSpan))
		} else {
			v.json.skip()
		}
	}))
}

// require rejects a part of the request if it has the wrong type.
func (v *delivery) require(rightType bool) {
	if !rightType {
		v.tally.Reject(row.WrongType)
	}
}

// jsonWalker walks over JSON that is known to be valid, without copying it.
type jsonWalker struct {
	row.Reader // of the current span
	buffer     bytes.Buffer
	decoder    jsontext.Decoder
}

func (w *jsonWalker) begin(text []byte) {
	w.buffer = *bytes.NewBuffer(text)
	w.decoder.Reset(&w.buffer, row.Lenient()...)
}

// value returns the next value. It points into the text.
func (w *jsonWalker) value() row.Value {
	value, err := w.decoder.ReadValue()
	if err != nil {
		return nil // impossible: the JSON is valid
	}
	return value
}

// store stores the next value if fields has the name.
func (w *jsonWalker) store(fields row.Fields, name []byte) {
	if into, found := fields[string(name)]; found {
		*into = w.value()
	} else {
		w.skip()
	}
}

func (w *jsonWalker) skip() { _ = w.decoder.SkipValue() } // cannot fail: the JSON is valid

// object calls member with the name of each member; it must read or skip the value. For other types it
// skips the value and returns false, except that null is an object without members.
func (w *jsonWalker) object(member func(name []byte)) bool {
	kind := w.decoder.PeekKind()
	if kind != '{' {
		w.skip()
		return kind == 'n'
	}
	_, _ = w.decoder.ReadToken()
	for w.decoder.PeekKind() == '"' {
		quoted := w.value()
		member(quoted[1 : len(quoted)-1])
	}
	_, _ = w.decoder.ReadToken()
	return true
}

// array calls element for each element; it must read or skip it. Other types are handled as in object.
func (w *jsonWalker) array(element func()) bool {
	kind := w.decoder.PeekKind()
	if kind != '[' {
		w.skip()
		return kind == 'n'
	}
	_, _ = w.decoder.ReadToken()
	for {
		if kind := w.decoder.PeekKind(); kind == ']' || kind == 0 {
			break
		}
		element()
	}
	_, _ = w.decoder.ReadToken()
	return true
}
