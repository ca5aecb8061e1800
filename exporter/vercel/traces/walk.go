package traces

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// jsonReader walks over JSON that is known to be valid, once and without a copy. What it is not asked for, it steps over.
type jsonReader struct {
	buffer  bytes.Buffer
	decoder jsontext.Decoder
	texts   loose.Texts
}

func (r *jsonReader) begin(text []byte) {
	r.buffer = *bytes.NewBuffer(text)
	r.decoder.Reset(&r.buffer, batch.Lenient()...)
}

// value returns the next value as it stands in the text, of which it is a part.
func (r *jsonReader) value() loose.Value {
	value, err := r.decoder.ReadValue()
	if err != nil {
		return nil // which there is not, in what is valid
	}
	return value
}

func (r *jsonReader) skip() { _ = r.decoder.SkipValue() } // as above

// object calls member with the name of each; member has to read or skip the value. It returns false for another type, which
// it skips, but null is as good as an object without members.
func (r *jsonReader) object(member func(name []byte)) bool {
	kind := r.decoder.PeekKind()
	if kind != '{' {
		r.skip()
		return kind == 'n'
	}
	_, _ = r.decoder.ReadToken()
	for r.decoder.PeekKind() == '"' {
		quoted := r.value()
		member(quoted[1 : len(quoted)-1])
	}
	_, _ = r.decoder.ReadToken()
	return true
}

// array calls element for each, which has to read or skip it. Other types are as with object.
func (r *jsonReader) array(element func()) bool {
	kind := r.decoder.PeekKind()
	if kind != '[' {
		r.skip()
		return kind == 'n'
	}
	_, _ = r.decoder.ReadToken()
	for {
		if kind := r.decoder.PeekKind(); kind == ']' || kind == 0 {
			break
		}
		element()
	}
	_, _ = r.decoder.ReadToken()
	return true
}
