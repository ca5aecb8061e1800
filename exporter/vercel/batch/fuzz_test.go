package batch_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`[]`, `[{"a":1},2,{}]`, `{"a":[1,{"b":"}"}]}`, "{\"a\":1}\n\n{\"a\":\n{\"a\":2}", `[{"a":1},{"a":`, `{}{}`, "[\n{\"a\":1}\n]\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		const limit = 1000
		rows, tally, err := batch.Decode(body, limit, func(row []byte) (string, error) { return string(row), nil })
		if err != nil {
			require.Empty(t, rows)
			return
		}
		for _, row := range rows {
			require.True(t, json.Valid([]byte(row)) || !json.Valid(body), "a row of valid JSON is valid JSON")
			require.Contains(t, string(body), row)
		}
		var all []json.RawMessage
		if json.Unmarshal(body, &all) == nil && bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
			empty := 0
			for _, element := range all {
				var members map[string]json.RawMessage
				if json.Unmarshal(element, &members) == nil && members != nil && len(members) == 0 {
					empty++
				}
			}
			require.Equal(t, len(all), len(rows)+empty+tally.Rejected[batch.Malformed], "no element of an array is lost")
		}
	})
}
