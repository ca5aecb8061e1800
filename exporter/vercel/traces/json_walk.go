package traces

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// jsonWalker walks over JSON that is known to be valid, without copying it.
type jsonWalker struct {
	buffer  bytes.Buffer
	decoder jsontext.Decoder
	texts   row.Texts
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

func (w *jsonWalker) skip() { _ = w.decoder.SkipValue() } // cannot fail: the JSON is valid

// object calls member with the name of each member; it must read or skip the value. For other types
// it skips the value and returns false, except that null is an object without members.
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

// array calls element for each element; it must read or skip it. Other types are handled as in
// object.
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
