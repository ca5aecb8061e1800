package batch

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// reader returns the values of a body one by one: those of an array, or those that stand one after another.
//
// A value may span lines as long as all is well. After the first fault, each piece is read by itself: an element of an array,
// or else a line. One that is never closed would otherwise be read to the end of the body from every piece on, which takes
// minutes for a body of the size allowed.
type reader struct {
	decoder jsontext.Decoder
	text    []byte // what the decoder reads: the body or, after the first fault, one piece of it
	rest    []byte // the pieces after that one
	cut     func(text []byte) (piece, rest []byte)
	objects int // rows that were objects, good or bad
}

func newReader(body []byte) *reader {
	r := &reader{}
	r.read(bytes.TrimPrefix(body, []byte("\ufeff")), nil)
	return r
}

func (r *reader) read(text, rest []byte) {
	r.text, r.rest = text, rest
	r.decoder.Reset(bytes.NewBuffer(text), Lenient()...)
}

// next returns a value that is good until the next call, io.EOF after the last one, and any other error for text that is
// none, which costs the piece that it stands in.
func (r *reader) next() (jsontext.Value, error) {
	for {
		if kind := r.decoder.PeekKind(); kind == ']' || kind == '[' && r.decoder.StackDepth() == 0 {
			if _, err := r.decoder.ReadToken(); err != nil {
				return nil, r.fault(err)
			}
			continue
		}
		value, err := r.decoder.ReadValue()
		switch {
		case err == nil:
			return value, nil
		case !errors.Is(err, io.EOF): // which the end within an array is not
			return nil, r.fault(err)
		case len(r.rest) == 0:
			return nil, io.EOF
		}
		r.read(r.cut(r.rest))
	}
}

// fault moves on to the next piece if there is one to move to.
func (r *reader) fault(err error) error {
	if r.cut == nil {
		r.cut = line
		if r.decoder.StackDepth() > 0 {
			r.cut = element
		}
		_, r.rest = r.cut(r.text[r.decoder.InputOffset():])
	}
	r.read(r.cut(r.rest))
	return err
}

// line cuts off the first line that is not blank.
func line(text []byte) (piece, rest []byte) {
	piece, rest, _ = bytes.Cut(bytes.TrimLeft(text, " \t\r\n"), []byte("\n"))
	return piece, rest
}

// element cuts off the first element of an array, an object by its brackets.
func element(text []byte) (piece, rest []byte) {
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
