package row_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`[]`, `[{"a":1},2,{}]`, `{"a":[1,{"b":"}"}]}`, "{\"a\":1}\n\n{\"a\":\n{\"a\":2}", `[{"a":1},{"a":`, `{}{}`, "[\n{\"a\":1}\n]\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		const limit = 1000
		original := bytes.Clone(body)
		rows, tally, err := verbatim(body, limit)
		require.Equal(t, original, body)
		if err != nil {
			require.True(t, errors.Is(err, inbound.ErrMalformed) || errors.Is(err, inbound.ErrTooManyRows))
			require.Empty(t, tally)
			return
		}
		again, tallyAgain, _ := verbatim(body, limit)
		require.Equal(t, rows, again)
		require.Equal(t, tally, tallyAgain)
		rest := string(body)
		for _, row := range rows {
			at := bytes.Index([]byte(rest), []byte(row))
			require.GreaterOrEqual(t, at, 0, "rows are parts of the body, in its order")
			rest = rest[at+len(row):]
			require.True(t, json.Valid([]byte(row)), "a row is JSON: %q", row)
		}
		if objects, others, ok := elements(body); ok {
			require.Equal(t, objects, rows)
			require.Equal(t, others, tally.Invalid[row.Malformed])
		}
	})
}

// verbatim returns the rows as they are.
func verbatim(body []byte, limit int) (rows []string, tally row.Tally, err error) {
	tally, err = row.Decode(body, row.Logs, limit, func(text []byte) row.Reason {
		rows = append(rows, string(text))
		return ""
	})
	return rows, tally, err
}

// elements returns what encoding/json decodes from a body that is one array: its objects, and the
// number of other elements. Empty objects are neither.
func elements(body []byte) (objects []string, others int, ok bool) {
	var all []json.RawMessage
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) || json.Unmarshal(body, &all) != nil {
		return nil, 0, false
	}
	for _, element := range all {
		var members map[string]json.RawMessage
		switch err := json.Unmarshal(element, &members); {
		case err != nil, members == nil:
			others++
		case len(members) > 0:
			objects = append(objects, string(element))
		}
	}
	return objects, others, true
}
