package row_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

type numbered struct {
	N *int `json:"n"`
}

// decode decodes up to ten rows of the log drain.
func decode(body string) (rows []int, tally row.Tally, err error) {
	tally, err = row.Decode([]byte(body), row.Logs, 10, func(text []byte) row.Reason {
		var r numbered
		if json.Unmarshal(text, &r) != nil {
			return row.WrongType
		}
		if r.N == nil {
			return row.Missing
		}
		rows = append(rows, *r.N)
		return ""
	})
	return rows, tally, err
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
		rows, tally, err := decode(body)
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
		rows, tally, err := decode(body)
		require.NoError(t, err, body)
		require.Equal(t, want.rows, rows, body)
		require.Equal(t, want.invalid, tally.Invalid, body)
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	require.Equal(t, []row.Reason{"malformed", "type", "missing", "value", "path"}, row.Reasons())
}

func TestABodyWithoutRowsIsMalformed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"hello", "<html>\n</html>", "7", "[7]", "{", "[", "null", "]", "\x00", "}{"} {
		rows, tally, err := decode(body)
		require.ErrorIs(t, err, inbound.ErrMalformed, body)
		require.Empty(t, rows)
		require.Empty(t, tally)
	}
}

func TestTooManyRowsRejectTheDelivery(t *testing.T) {
	t.Parallel()
	ten := strings.Repeat("{\"n\":1}\n", 10)
	rows, _, err := decode(ten)
	require.NoError(t, err)
	require.Len(t, rows, 10)
	_, tally, err := decode(ten + "{}")
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	require.ErrorContains(t, err, "--vercel.max-rows is 10")
	require.Empty(t, tally)
	_, _, err = decode(strings.Repeat("x\n", 11))
	require.ErrorIs(t, err, inbound.ErrTooManyRows, "invalid rows count as rows")
}
