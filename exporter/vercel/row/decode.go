package row

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// Decode decodes up to limit rows of a kind from body, all of them before any is counted: a delivery that is
// rejected must leave no trace. Rows for which decode returns an [Error] are invalid rows of the
// tally, and inbound.ErrTooManyRows rejects the delivery. An empty object is a test of the
// endpoint, not a row. The bytes that decode receives are valid until it returns.
//
// The caller sets Counted and Duplicates of the tally. The error is inbound.ErrMalformed or
// inbound.ErrTooManyRows.
func Decode[T any](body []byte, kind Kind, limit int, decode func(row []byte) (T, error)) ([]T, Tally, error) {
	var rows []T
	var tally Tally
	objects := 0 // valid or not
	values := newValues(body)
	for n := 0; ; n++ {
		value, err := values.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if n >= limit {
			return nil, Tally{}, fmt.Errorf("%w; hint: --vercel.max-rows is %d", inbound.ErrTooManyRows, limit)
		}
		if err != nil || value.Kind() != '{' {
			tally.Reject(Malformed)
			continue
		}
		objects++
		if isEmpty(value) {
			continue
		}
		row, err := decode(value)
		if errors.Is(err, inbound.ErrTooManyRows) {
			return nil, Tally{}, err
		}
		if err != nil {
			reason := reasonOf(err)
			if reason == Missing {
				if other := kindOf(value); other != "" && other != kind {
					reason, tally.Misplaced = WrongPath, other
				}
			}
			tally.Reject(reason)
			continue
		}
		rows = append(rows, row)
	}
	if objects == 0 && len(tally.Invalid) > 0 {
		return nil, Tally{}, inbound.ErrMalformed
	}
	return rows, tally, nil
}

func reasonOf(err error) Reason {
	if row, ok := errors.AsType[*Error](err); ok {
		return row.Reason
	}
	return Malformed
}

func isEmpty(object jsontext.Value) bool {
	return len(bytes.TrimSpace(object[1:len(object)-1])) == 0
}
