package row

import (
	"bytes"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Reader reads one row after another, and keeps the first error of the current row. The zero value
// is ready.
type Reader struct {
	objects Decoder
	Texts   Texts
	reason  Reason
}

// Begin decodes the next row.
func (r *Reader) Begin(text []byte, fields Fields) {
	r.Reset()
	if !r.Object(text, fields) {
		r.Reject(Malformed)
	}
}

// Reset starts another row that is decoded without Begin.
func (r *Reader) Reset() {
	r.Texts.Reset()
	r.reason = ""
}

// Reason returns why the row is invalid, or an empty reason.
func (r *Reader) Reason() Reason { return r.reason }

// Object decodes an object inside the row, and reports whether text is one. An empty text and null
// are objects without members.
func (r *Reader) Object(text []byte, fields Fields) bool {
	if len(text) == 0 || string(text) == "null" {
		fields.clear()
		return true
	}
	_, err := r.objects.Object(text, fields)
	return err == nil
}

// Text is [Texts.Of]; other types make the row invalid.
func (r *Reader) Text(v Value) []byte {
	text, ok := r.Texts.Of(v)
	if !ok {
		r.Reject(WrongType)
	}
	return text
}

// TextOrJSON is [Texts.Of]; other types are returned as JSON.
func (r *Reader) TextOrJSON(v Value) []byte {
	if text, ok := r.Texts.Of(v); ok {
		return text
	}
	return v
}

// Number is [Texts.Number]; everything that is not a number makes the row invalid.
func (r *Reader) Number(v Value) (number float64, present bool) {
	number, present, ok := r.Texts.Number(v)
	if !ok {
		r.Reject(WrongType)
	}
	return number, present && ok
}

// Reject makes the row invalid, unless reason is empty. The first reason counts.
func (r *Reader) Reject(reason Reason) {
	if r.reason == "" {
		r.reason = reason
	}
}

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
