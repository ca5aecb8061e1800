package row_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// ab has the members a and b.
type ab struct{ a, b row.Value }

func (m *ab) fields() row.Fields { return row.Fields{"a": &m.a, "b": &m.b} }

func TestDecoderReadsTheFirstObject(t *testing.T) {
	t.Parallel()
	var reader row.Decoder // shared by all, as in a delivery
	for text, want := range map[string]struct {
		length int
		a, b   string
	}{
		`{"a":1,"b":"x"}`:             {15, "1", `"x"`},
		"\n{\"a\":1} and more":        {8, "1", ""},
		`{"a":1,"a":2}`:               {13, "2", ""},
		`{"c":{"a":1},"b":[{"a":2}]}`: {27, "", `[{"a":2}]`},
		`{"A":1,"\u0061":2}`:          {18, "", ""},
		"{\"a\":\"\xff\"}":            {9, "\"\xff\"", ""},
		`{}`:                          {2, "", ""},
	} {
		var fields ab
		length, err := reader.Object([]byte(text), fields.fields())
		require.NoError(t, err, text)
		require.Equal(t, want.length, length, text)
		require.Equal(t, want.a, string(fields.a), text)
		require.Equal(t, want.b, string(fields.b), text)
	}
	for _, text := range []string{``, `7`, `"a"`, `[{"a":1}]`, `{`, `{"a"`, `{"a":1`, `{"a":1,}`, `{a:1}`, `null`} {
		_, err := reader.Object([]byte(text), (&ab{}).fields())
		require.ErrorIs(t, err, row.ErrNotObject, text)
		require.Equal(t, "not a JSON object", err.Error(), "the text is not quoted")
	}
}

func TestTextsAndNumbersMayHaveEitherType(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]struct {
		text              string
		isText            bool
		number            float64
		present, isNumber bool
	}{
		`"x"`:        {"x", true, 0, true, false},
		`"\u00e9\n"`: {"é\n", true, 0, true, false},
		`7`:          {"7", true, 7, true, true},
		`"7.5"`:      {"7.5", true, 7.5, true, true},
		`-1e3`:       {"-1e3", true, -1000, true, true},
		`""`:         {"", true, 0, false, true},
		`null`:       {"", true, 0, false, true},
		``:           {"", true, 0, false, true},
		`true`:       {"", false, 0, false, false},
		`{}`:         {"", false, 0, false, false},
		`["x"]`:      {"", false, 0, false, false},
		`"NaN"`:      {"NaN", true, 0, true, false},
		`"Infinity"`: {"Infinity", true, 0, true, false},
		`1e999`:      {"1e999", true, 0, true, false},
	} {
		var texts row.Texts
		text, ok := texts.Of(row.Value(value))
		require.Equal(t, want.isText, ok, value)
		require.Equal(t, want.text, string(text), value)
		number, present, ok := texts.Number(row.Value(value))
		require.Equal(t, want.isNumber, ok, value)
		require.Equal(t, want.present, present, value)
		require.InDelta(t, want.number, number, 0, value)
	}
}

func TestTextsDoNotShareCapacity(t *testing.T) {
	t.Parallel()
	var texts row.Texts
	first, _ := texts.Of(row.Value(`"\u0061"`))
	second, _ := texts.Of(row.Value(`"\u0062"`))
	_ = append(first, 'x')
	require.Equal(t, "a", string(first))
	require.Equal(t, "b", string(second))
}

func TestReaderKeepsTheFirstError(t *testing.T) {
	t.Parallel()
	var reader row.Reader
	var fields ab
	reader.Begin([]byte(`{"a":{"b":1},"b":"x"}`), fields.fields())
	require.Equal(t, `{"b":1}`, string(reader.TextOrJSON(fields.a)))
	require.Empty(t, reader.Reason())
	inner := ab{}
	require.True(t, reader.Object(fields.a, inner.fields()))
	require.False(t, reader.Object(fields.b, inner.fields()))
	require.Empty(t, reader.Reason(), "the caller decides what a missing object means")

	require.Empty(t, reader.Text(fields.a))
	reader.Reject(row.BadValue)
	require.Equal(t, row.WrongType, reader.Reason())

	reader.Begin([]byte(`{"a":7,"b":"x"}`), fields.fields())
	require.Empty(t, reader.Reason(), "Begin resets the error")
	number, present := reader.Number(fields.a)
	require.InDelta(t, 7, number, 0)
	require.True(t, present)
	_, present = reader.Number(fields.b)
	require.False(t, present)
	require.Equal(t, row.WrongType, reader.Reason())

	reader.Begin([]byte(`{"a":`), fields.fields())
	require.Equal(t, row.Malformed, reader.Reason())
}
