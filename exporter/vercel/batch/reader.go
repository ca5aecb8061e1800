package batch

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// reader returns the values of a body one by one: those of an array, or those that stand one after another.
type reader struct {
	body    []byte // what is left of it after the latest fault
	decoder *jsontext.Decoder
	ended   bool
	objects int // rows that were objects, good or bad
}

func newReader(body []byte) *reader {
	r := &reader{}
	r.from(body)
	return r
}

func (r *reader) from(body []byte) {
	r.body = body
	r.decoder = jsontext.NewDecoder(bytes.NewBuffer(body), lenient())
}

// next returns a value that is good until the next call, io.EOF after the last one, and any other error for text that is
// none. Text between lines costs a line; within an array it costs what is left of the array, since nothing tells where the
// next row begins.
func (r *reader) next() (jsontext.Value, error) {
	if r.ended {
		return nil, io.EOF
	}
	for {
		switch kind := r.decoder.PeekKind(); {
		case kind == '[' && r.decoder.StackDepth() == 0, kind == ']':
			if _, err := r.decoder.ReadToken(); err != nil {
				return nil, r.fault(err)
			}
			continue
		}
		value, err := r.decoder.ReadValue()
		if err != nil {
			return nil, r.fault(err)
		}
		return value, nil
	}
}

// fault moves on to the next line if there is one to move to.
func (r *reader) fault(err error) error {
	if errors.Is(err, io.EOF) && r.decoder.StackDepth() == 0 {
		r.ended = true
		return io.EOF
	}
	rest := r.body[r.decoder.InputOffset():]
	line := bytes.IndexByte(bytes.TrimLeft(rest, "\r\n"), '\n')
	if r.decoder.StackDepth() > 0 || line < 0 {
		r.ended = true
		return err
	}
	r.from(bytes.TrimLeft(rest, "\r\n")[line:])
	return err
}
