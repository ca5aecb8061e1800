package row_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

type numbered struct {
	N *int `json:"n"`
}

func decode(text []byte) (int, error) {
	var r numbered
	if json.Unmarshal(text, &r) != nil {
		return 0, row.Invalid(row.WrongType)
	}
	if r.N == nil {
		return 0, row.Invalid(row.Missing)
	}
	return *r.N, nil
}

func TestDecodeAcceptsArraysObjectsAndLines(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]int{
		`[{"n":1},{"n":2}]`:                      {1, 2},
		"[\n  {\n \"n\": 1\n},\n{\"n\": 2}\n]\n": {1, 2},
		`{"n":1}`:                                {1},
		"{\"n\":1}\n{\"n\":2}\n":                 {1, 2},
		"{\"n\":1}\r\n\r\n{\"n\":2}\r\n":         {1, 2},
		"[{\"n\":1}]\n[{\"n\":2}]":               {1, 2},
		`{"n":1,"n":2}`:                          {2},
		"{\"n\":1,\"x\":\"\xff\"}":               {1},
		`[]`:                                     nil,
		`{}`:                                     nil,
		` { } `:                                  nil,
		`[{}]`:                                   nil,
		"\ufeff[{\"n\":1}]":                      {1},
		``:                                       nil,
		"\n":                                     nil,
	} {
		rows, tally, err := row.Decode([]byte(body), row.Logs, 10, decode)
		require.NoError(t, err, body)
		require.Equal(t, want, rows, body)
		require.Empty(t, tally.Invalid, body)
	}
}

func TestAnInvalidRowDoesNotAffectOthers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		rows    []int
		invalid map[row.Reason]int
	}{
		`[{"n":1},{"n":"x"},{"n":3}]`:                    {[]int{1, 3}, map[row.Reason]int{"type": 1}},
		`[{"n":1},{"m":2},{"n":null},{"n":4}]`:           {[]int{1, 4}, map[row.Reason]int{"missing": 2}},
		`[{"n":1},7,"x",null,[1],{"n":2}]`:               {[]int{1, 2}, map[row.Reason]int{"malformed": 4}},
		"{\"n\":1}\n{\"n\":\n{\"n\":3}\n":                {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"{\"n\":1}\nhello\n{\"n\":3}":                    {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"{\"n\":1}\n{\"n\":2":                            {[]int{1}, map[row.Reason]int{"malformed": 1}},
		"hello\n{\"n\":2}\n":                             {[]int{2}, map[row.Reason]int{"malformed": 1}},
		`[{"n":1},[{"n":2}]]`:                            {[]int{1}, map[row.Reason]int{"malformed": 1}},
		`[{},7]`:                                         {nil, map[row.Reason]int{"malformed": 1}},
		`[{"n":1},{"n":2},{"n"`:                          {[]int{1, 2}, map[row.Reason]int{"malformed": 1}},
		`[{"n":1}`:                                       {[]int{1}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{n:2},{\"n\":3}]":                    {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{\"a\":{\"b\" \"}\"}},{\"n\":3}]":    {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{\"a\":\"\t\"},{\"n\":3},{\"n\":4}]": {[]int{1, 3, 4}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{\"a\":\"\\\"}\" 7},{\"n\":3}]":      {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{\"a\":\"}\n{\"},{\"n\":3}]":         {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},x,{\"n\":3},]":                       {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{\"a\":\"x},\n{\"n\":3}]":            {[]int{1}, map[row.Reason]int{"malformed": 1}}, // the end of the element is unknown
		"[{\"n\":1} {\"n\":2},{\"n\":3}]":                {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"[{\"n\":1},{n:2},\n{\"n\":3}]\n{\"n\":4}":       {[]int{1, 3, 4}, map[row.Reason]int{"malformed": 1}},
		"{\"n\":1} \t\nhello\n{\"n\":3}":                 {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"{\"n\":1} hello {\"n\":2}\n{\"n\":3}":           {[]int{1, 3}, map[row.Reason]int{"malformed": 1}},
		"hello\n\n{\"n\":1}\r\nhello\n \n{\"n\":2}":      {[]int{1, 2}, map[row.Reason]int{"malformed": 2}},
		"hello\n[{\"n\":1},x]\n[{\"n\":2}]\n":            {[]int{1, 2}, map[row.Reason]int{"malformed": 2}},
		"{\"n\":\n1}\n{\"n\":2}":                         {[]int{1, 2}, nil},
		"hello\n{\"n\":\n1}\n{\"n\":2}":                  {[]int{2}, map[row.Reason]int{"malformed": 4}}, // each line is decoded separately
	} {
		rows, tally, err := row.Decode([]byte(body), row.Logs, 10, decode)
		require.NoError(t, err, body)
		require.Equal(t, want.rows, rows, body)
		require.Equal(t, want.invalid, tally.Invalid, body)
	}
}

func TestAnErrorWithoutAReasonIsMalformed(t *testing.T) {
	t.Parallel()
	rows, tally, err := row.Decode([]byte(`[{"n":1}]`), row.Logs, 10, func([]byte) (int, error) { return 0, errors.New("no reason") })
	require.NoError(t, err)
	require.Empty(t, rows)
	require.Equal(t, row.Tally{Invalid: map[row.Reason]int{"malformed": 1}}, tally)
}

func TestARowCanExceedTheLimit(t *testing.T) {
	t.Parallel()
	rows, tally, err := row.Decode([]byte(`[{"n":1},{"n":2}]`), row.Logs, 10, func(text []byte) (int, error) {
		return 1, fmt.Errorf("%w: %s", inbound.ErrTooManyRows, text)
	})
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	require.Empty(t, rows)
	require.Empty(t, tally)
}

func TestReasons(t *testing.T) {
	t.Parallel()
	require.Equal(t, []row.Reason{"malformed", "type", "missing", "value", "path"}, row.Reasons())
	require.EqualError(t, row.Invalid(row.BadValue), "invalid row: value")
}

func TestABodyWithoutRowsIsMalformed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"hello", "<html>\n</html>", "7", "[7]", "{", "[", "null", "]", "\x00", "}{"} {
		rows, tally, err := row.Decode([]byte(body), row.Logs, 10, decode)
		require.ErrorIs(t, err, inbound.ErrMalformed, body)
		require.Empty(t, rows)
		require.Empty(t, tally)
	}
}

func TestTooManyRowsRejectTheDelivery(t *testing.T) {
	t.Parallel()
	ten := strings.Repeat("{\"n\":1}\n", 10)
	rows, _, err := row.Decode([]byte(ten), row.Logs, 10, decode)
	require.NoError(t, err)
	require.Len(t, rows, 10)
	rows, _, err = row.Decode([]byte(ten+"{}"), row.Logs, 10, decode)
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	require.ErrorContains(t, err, "--vercel.max-rows is 10")
	require.Nil(t, rows)
	_, _, err = row.Decode([]byte(strings.Repeat("x\n", 11)), row.Logs, 10, decode)
	require.ErrorIs(t, err, inbound.ErrTooManyRows, "invalid rows count as rows")
}
