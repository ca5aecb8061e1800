package row

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// Decode decodes up to limit rows of a kind from body. The caller counts them afterward, because a
// delivery that is rejected must leave no trace. A row for which decode returns a reason is an
// invalid row of the tally. An empty object is a test of the endpoint, not a row. The bytes that
// decode receives are valid until it returns.
//
// The caller sets Counted and Duplicates of the tally. The error is inbound.ErrMalformed or
// inbound.ErrTooManyRows.
func Decode(body []byte, kind Kind, limit int, decode func(row []byte) Reason) (Tally, error) {
	var tally Tally
	objects := 0 // valid or not
	values := newValues(body)
	for n := 0; ; n++ {
		value, err := values.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if n >= limit {
			return Tally{}, TooMany(limit)
		}
		if err != nil || value.Kind() != '{' {
			tally.Reject(Malformed)
			continue
		}
		objects++
		if len(bytes.TrimSpace(value[1:len(value)-1])) == 0 {
			continue
		}
		reason := decode(value)
		if reason == Missing {
			if other := kindOf(value); other != "" && other != kind {
				reason, tally.Misplaced = WrongPath, other
			}
		}
		tally.Reject(reason)
	}
	if objects == 0 && len(tally.Invalid) > 0 {
		return Tally{}, inbound.ErrMalformed
	}
	return tally, nil
}

// TooMany returns the error of a delivery with more than limit rows.
func TooMany(limit int) error {
	return fmt.Errorf("%w; hint: --vercel.max-rows is %d", inbound.ErrTooManyRows, limit)
}
