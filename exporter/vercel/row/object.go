package row

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is the JSON of one member, or nil if the member is missing. It points into the decoded
// text.
type Value = jsontext.Value

// ErrNotObject is the error of a text that does not begin with a JSON object. It does not quote the
// text, which may hold personal data.
var ErrNotObject = errors.New("not a JSON object")

// Fields maps the names of members to where their values are stored. Other members are skipped.
type Fields map[string]*Value

// NewFields returns fields with the given names.
func NewFields(names ...string) Fields {
	fields := Fields{}
	for _, name := range names {
		fields[name] = new(Value)
	}
	return fields
}

func (f Fields) clear() {
	for _, into := range f {
		*into = nil
	}
}

// Decoder decodes objects, one after another. The zero value is ready.
type Decoder struct {
	buffer  bytes.Buffer
	decoder jsontext.Decoder
}

// Object decodes the object that text begins with into fields, and returns its length. Missing
// members become nil, and the last of several members with the same name counts. With
// [ErrNotObject], length is how much of the text was read.
func (d *Decoder) Object(text []byte, fields Fields) (length int, err error) {
	fields.clear()
	d.buffer = *bytes.NewBuffer(text)
	d.decoder.Reset(&d.buffer, Lenient()...)
	if err := d.object(fields); err != nil {
		if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
			return int(syntax.ByteOffset), ErrNotObject
		}
		return len(text), ErrNotObject
	}
	return int(d.decoder.InputOffset()), nil
}

func (d *Decoder) object(fields Fields) error {
	if d.decoder.PeekKind() != '{' {
		return &jsontext.SyntacticError{Err: ErrNotObject}
	}
	_, err := d.decoder.ReadToken()
	for err == nil && d.decoder.PeekKind() == '"' {
		err = d.member(fields)
	}
	if err == nil {
		_, err = d.decoder.ReadToken() // fails for anything but the end of the object
	}
	return err
}

func (d *Decoder) member(fields Fields) error {
	quoted, err := d.decoder.ReadValue()
	if err != nil {
		return err
	}
	into, found := fields[string(quoted[1:len(quoted)-1])] // no sender escapes names
	if !found {
		return d.decoder.SkipValue()
	}
	*into, err = d.decoder.ReadValue()
	return err
}
