package row

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// values returns the values of a body one by one: the elements of an array, or a sequence of
// values.
//
// A value may span lines until the first syntax error. After that, the rest is cut into pieces that
// are decoded separately: elements of the array, or lines. Otherwise each unclosed value would be
// read to the end of the body, which takes minutes for a body of the maximum size.
type values struct {
	decoder jsontext.Decoder
	text    []byte // the input of the decoder: the body or, after the first error, one piece
	rest    []byte // the pieces after it
	cut     func(text []byte) (piece, rest []byte)
}

func newValues(body []byte) *values {
	v := &values{}
	v.read(bytes.TrimPrefix(body, []byte("\ufeff")), nil)
	return v
}

func (v *values) read(text, rest []byte) {
	v.text, v.rest = text, rest
	v.decoder.Reset(bytes.NewBuffer(text), Lenient()...)
}

// next returns a value that is valid until the following call, or io.EOF after the last one. Any
// other error is a syntax error, and the rest of the piece is skipped.
func (v *values) next() (jsontext.Value, error) {
	for {
		if kind := v.decoder.PeekKind(); kind == ']' || kind == '[' && v.decoder.StackDepth() == 0 {
			if _, err := v.decoder.ReadToken(); err != nil {
				return nil, v.skip(err)
			}
			continue
		}
		value, err := v.decoder.ReadValue()
		switch {
		case err == nil:
			return value, nil
		case !errors.Is(err, io.EOF): // the end of the text within an array is not io.EOF
			return nil, v.skip(err)
		case len(v.rest) == 0:
			return nil, io.EOF
		}
		v.read(v.cut(v.rest))
	}
}

// skip goes to the next piece and returns err.
func (v *values) skip(err error) error {
	if v.cut == nil {
		v.cut = cutLine
		if v.decoder.StackDepth() > 0 {
			v.cut = cutElement
		}
		_, v.rest = v.cut(v.text[v.decoder.InputOffset():])
	}
	v.read(v.cut(v.rest))
	return err
}

// cutLine cuts off the first line that is not blank.
func cutLine(text []byte) (piece, rest []byte) {
	piece, rest, _ = bytes.Cut(bytes.TrimLeft(text, " \t\r\n"), []byte("\n"))
	return piece, rest
}

// cutElement cuts off the first element of an array. It finds the end of an object by its brackets.
func cutElement(text []byte) (piece, rest []byte) {
	text = bytes.TrimLeft(text, " \t\r\n,[]")
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}' && depth <= 1:
			return text[:i+1], text[i+1:]
		case c == '}':
			depth--
		case depth == 0 && (c == ',' || c == ']'):
			return text[:i], text[i:]
		}
	}
	return text, nil
}
