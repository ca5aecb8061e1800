package batch

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// reader returns the values of a body one by one: those of an array, or those that stand one after another.
//
// A value may span lines as long as all is well. After the first fault, each line is read by itself: one that is never closed
// would otherwise be read to the end of the body from every line on, which takes minutes for a body of the size allowed.
type reader struct {
	decoder jsontext.Decoder
	text    []byte // what the decoder reads: the body or, after the first fault, one line of it
	rest    []byte // the lines after that one
	byLine  bool
	objects int // rows that were objects, good or bad
}

func newReader(body []byte) *reader {
	r := &reader{}
	r.read(body, nil)
	return r
}

func (r *reader) read(text, rest []byte) {
	r.text, r.rest = text, rest
	r.decoder.Reset(bytes.NewBuffer(text), lenient()...)
}

// next returns a value that is good until the next call, io.EOF after the last one, and any other error for text that is
// none. Text between lines costs a line; within an array it costs what is left of the array, since nothing tells where the
// next row begins.
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
		r.line(r.rest)
	}
}

// fault moves on to the next line if there is one to move to.
func (r *reader) fault(err error) error {
	switch {
	case r.byLine:
		r.line(r.rest)
	case r.decoder.StackDepth() > 0:
		r.read(nil, nil)
	default:
		r.byLine = true
		_, after, _ := bytes.Cut(bytes.TrimLeft(r.text[r.decoder.InputOffset():], " \t\r\n"), []byte("\n"))
		r.line(after)
	}
	return err
}

// line goes on with the first line of text.
func (r *reader) line(text []byte) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	r.read(line, rest)
}
