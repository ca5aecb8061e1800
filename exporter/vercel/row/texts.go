package row

import (
	"bytes"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Texts converts values to text and numbers. It unquotes into memory that is reused after
// [Texts.Reset]. The zero value is ready.
type Texts struct{ memory []byte }

// Reset invalidates all texts that were returned.
func (t *Texts) Reset() { t.memory = t.memory[:0] }

// Of returns the text of a string, the digits of a number, and an empty text for null and a missing
// value. ok is false for every other type.
func (t *Texts) Of(v Value) (text []byte, ok bool) {
	switch v.Kind() {
	case '"':
		inside := v[1 : len(v)-1]
		if bytes.IndexByte(inside, '\\') < 0 {
			return inside, true
		}
		start := len(t.memory)
		t.memory, _ = jsontext.AppendUnquote(t.memory, v) // invalid UTF-8 becomes U+FFFD
		return t.memory[start:len(t.memory):len(t.memory)], true
	case '0':
		return v, true
	case 0, 'n':
		return nil, true
	}
	return nil, false
}

// Number returns the number that v is or contains as text. present is false for null, an empty text
// and a missing value; ok is false for everything that is not a finite number.
func (t *Texts) Number(v Value) (number float64, present, ok bool) {
	text, ok := t.Of(v)
	if !ok || len(text) == 0 {
		return 0, false, ok
	}
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return 0, true, false
	}
	return number, true, true
}
