// Package loose reads JSON whose sender does not keep to one type: a number may be text, and null is as good as absent.
// It copies nothing that it can point to, since it reads every row of a busy log.
package loose

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// Value is the JSON of one member, or nil where there is none. It points into the text it was read from.
type Value = jsontext.Value

// ErrNoObject is a text that does not begin with a JSON object.
var ErrNoObject = errors.New("no JSON object")

// Fields are the members that somebody needs.
type Fields interface {
	// Field returns where to put the value of a member, nil for one that nobody needs.
	Field(name []byte) *Value
}

// Reader reads objects, one after another, with the same memory. The zero value is ready.
type Reader struct {
	buffer  bytes.Buffer
	decoder jsontext.Decoder
}

// Object reads the object that text begins with into fields, and returns how long it is. Of members with the same name, the
// last one counts. With [ErrNoObject], which says nothing of the text on purpose, length is how much of it was read in vain.
func (r *Reader) Object(text []byte, fields Fields) (length int, err error) {
	r.buffer = *bytes.NewBuffer(text)
	r.decoder.Reset(&r.buffer, batch.Lenient()...)
	if err := r.object(fields); err != nil {
		if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
			return int(syntax.ByteOffset), ErrNoObject
		}
		return len(text), ErrNoObject
	}
	return int(r.decoder.InputOffset()), nil
}

func (r *Reader) object(fields Fields) error {
	if r.decoder.PeekKind() != '{' {
		return &jsontext.SyntacticError{Err: ErrNoObject}
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return err
	}
	for r.decoder.PeekKind() == '"' {
		if err := r.member(fields); err != nil {
			return err
		}
	}
	end, err := r.decoder.ReadToken()
	if err == nil && end.Kind() != '}' {
		err = &jsontext.SyntacticError{ByteOffset: r.decoder.InputOffset(), Err: ErrNoObject}
	}
	return err
}

func (r *Reader) member(fields Fields) error {
	quoted, err := r.decoder.ReadValue()
	if err != nil {
		return err
	}
	into := fields.Field(quoted[1 : len(quoted)-1]) // a name that is escaped is none that anybody asks for
	if into == nil {
		return r.decoder.SkipValue()
	}
	*into, err = r.decoder.ReadValue()
	return err
}

// Texts unquotes texts into memory that it uses again after [Texts.Reset]. The zero value is ready.
type Texts struct{ memory []byte }

// Reset gives up all texts that were returned.
func (t *Texts) Reset() { t.memory = t.memory[:0] }

// Of returns the text that v is, the digits of a number, and nothing for null or none. ok is false for every other type.
func (t *Texts) Of(v Value) (text []byte, ok bool) {
	switch v.Kind() {
	case '"':
		inside := v[1 : len(v)-1]
		if bytes.IndexByte(inside, '\\') < 0 {
			return inside, true
		}
		start := len(t.memory)
		t.memory, _ = jsontext.AppendUnquote(t.memory, v) // of bytes that are not UTF-8, it makes U+FFFD
		return t.memory[start:len(t.memory):len(t.memory)], true
	case '0':
		return v, true
	case 0, 'n':
		return nil, true
	}
	return nil, false
}

// Number returns the number that v is or has as its text. present is false for null, an empty text and none; ok is false
// for what is no finite number.
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
