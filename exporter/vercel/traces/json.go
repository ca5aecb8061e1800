package traces

import (
	"bytes"

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
	if v.spans > v.maxSpans {
		return row.TooMany(v.maxSpans)
	}
	return err
}

// decodeRequest decodes an ExportTraceServiceRequest. The reason concerns the whole request.
func (v *delivery) decodeRequest(text []byte) row.Reason {
	invalid := row.Missing
	v.json.begin(text)
	v.json.object(func(name []byte) {
		if string(name) != "resourceSpans" && string(name) != "resource_spans" {
			return
		}
		invalid = ""
		if !v.json.array(v.decodeResource) {
			invalid = row.WrongType
		}
	})
	return invalid
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
				}
			})
		case "scopeSpans", "scope_spans":
			v.require(v.json.array(v.decodeScope))
		}
	}))
	v.setEnvironment(first, &resource)
}

func (v *delivery) decodeScope() {
	v.require(v.json.object(func(name []byte) {
		if string(name) == "spans" {
			v.require(v.json.array(v.decodeSpan))
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

// value returns the next value, which points into the text, or nil if there is none.
func (w *jsonWalker) value() row.Value {
	value, _ := w.decoder.ReadValue()
	return value
}

// text returns the next value as text. Other types make the span invalid.
func (w *jsonWalker) text() []byte { return w.Text(w.value()) }

func (w *jsonWalker) skip() { _ = w.decoder.SkipValue() } // cannot fail: the JSON is valid

// object calls member with the name of each member, and skips the values that member does not read.
// For other types it skips the value and returns false, except that null is an object without members.
func (w *jsonWalker) object(member func(name []byte)) bool {
	kind := w.decoder.PeekKind()
	if kind != '{' {
		w.skip()
		return kind == 'n'
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
