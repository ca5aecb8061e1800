// Package batch reads the rows of a delivery: a JSON array, a single object, or one object a line. A row that cannot be
// read costs itself and no other.
package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Reason says why a row was rejected. The set is closed, since it becomes a label.
type Reason string

// The reasons there are.
const (
	Malformed Reason = "malformed" // it is not JSON, or no object
	WrongType Reason = "type"      // a field holds another type than it should
	Missing   Reason = "missing"   // a field is not there without which the row says nothing
	BadValue  Reason = "value"     // a field is out of its range
)

// Reasons lists them all.
func Reasons() []Reason { return []Reason{Malformed, WrongType, Missing, BadValue} }

// Tally is what became of the rows of a delivery.
type Tally struct {
	Counted    int
	Duplicates int
	Rejected   map[Reason]int // nil if none was
}

// Reject adds a row that was not counted.
func (t *Tally) Reject(reason Reason) {
	if t.Rejected == nil {
		t.Rejected = map[Reason]int{}
	}
	t.Rejected[reason]++
}

// ErrMalformed is a delivery that holds no row that can be read.
var ErrMalformed = errors.New("the body is neither a JSON array, nor an object, nor objects line by line")

// ErrTooMany is a delivery with more rows than allowed.
var ErrTooMany = errors.New("the body has too many rows")

// RowError is why one row was rejected. It names no value of the row.
type RowError struct{ Reason Reason }

// Error implements error.
func (e *RowError) Error() string { return "rejecting a row: " + string(e.Reason) }

// Rejected returns the error of a row that is rejected for reason.
func Rejected(reason Reason) error { return &RowError{reason} }

// Lenient is how everything that is delivered is read: names that are there twice and text that is not UTF-8 are the sender's
// business.
func Lenient() []jsontext.Options {
	return []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
}

// Decode reads up to limit rows of body. It decodes all of them before any can be counted, so that a delivery that is
// refused leaves no trace. Rows that decode refuses with a [RowError] are in the tally, whose Counted is left to the caller,
// and one refused with [ErrTooMany] takes the delivery along;
// an empty object is a greeting, not a row. The bytes that decode gets are only good until it returns. The error is
// [ErrMalformed] or [ErrTooMany].
func Decode[T any](body []byte, limit int, decode func(row []byte) (T, error)) ([]T, Tally, error) {
	var rows []T
	var tally Tally
	values := newReader(body)
	for n := 0; ; n++ {
		value, err := values.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if n >= limit {
			return nil, Tally{}, fmt.Errorf("%w; hint: --vercel.max-rows allows %d", ErrTooMany, limit)
		}
		if err != nil || value.Kind() != '{' {
			tally.Reject(Malformed)
			continue
		}
		values.objects++
		if empty(value) {
			continue
		}
		row, err := decode(value)
		if errors.Is(err, ErrTooMany) {
			return nil, Tally{}, err
		}
		if err != nil {
			tally.Reject(reasonOf(err))
			continue
		}
		rows = append(rows, row)
	}
	if values.objects == 0 && len(tally.Rejected) > 0 {
		return nil, Tally{}, ErrMalformed
	}
	return rows, tally, nil
}

func reasonOf(err error) Reason {
	if row, ok := errors.AsType[*RowError](err); ok {
		return row.Reason
	}
	return Malformed
}

// empty tells an object without members from others, whatever blanks are in it.
func empty(object jsontext.Value) bool {
	return len(bytes.TrimSpace(object[1:len(object)-1])) == 0
}
