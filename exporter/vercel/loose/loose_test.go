package loose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// ab are the members that these tests ask for.
type ab struct{ a, b loose.Value }

func (m *ab) Field(name []byte) *loose.Value {
	switch string(name) {
	case "a":
		return &m.a
	case "b":
		return &m.b
	}
	return nil
}

func TestAnObjectIsReadAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	var reader loose.Reader // one for all, as a delivery has it
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
		length, err := reader.Object([]byte(text), &fields)
		require.NoError(t, err, text)
		require.Equal(t, want.length, length, text)
		require.Equal(t, want.a, string(fields.a), text)
		require.Equal(t, want.b, string(fields.b), text)
	}
	for _, text := range []string{``, `7`, `"a"`, `[{"a":1}]`, `{`, `{"a"`, `{"a":1`, `{"a":1,}`, `{a:1}`, `null`} {
		_, err := reader.Object([]byte(text), &ab{})
		require.ErrorIs(t, err, loose.ErrNoObject, text)
		require.Equal(t, "no JSON object", err.Error(), "the text is not quoted")
	}
}

func TestTextsAndNumbersComeInEitherType(t *testing.T) {
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
		var texts loose.Texts
		text, ok := texts.Of(loose.Value(value))
		require.Equal(t, want.isText, ok, value)
		require.Equal(t, want.text, string(text), value)
		number, present, ok := texts.Number(loose.Value(value))
		require.Equal(t, want.isNumber, ok, value)
		require.Equal(t, want.present, present, value)
		require.InDelta(t, want.number, number, 0, value)
	}
}

func TestTextsDoNotGrowIntoOneAnother(t *testing.T) {
	t.Parallel()
	var texts loose.Texts
	first, _ := texts.Of(loose.Value(`"\u0061"`))
	second, _ := texts.Of(loose.Value(`"\u0062"`))
	_ = append(first, 'x')
	require.Equal(t, "a", string(first))
	require.Equal(t, "b", string(second))
}

func TestTheFirstThingThatIsWrongWithARowCounts(t *testing.T) {
	t.Parallel()
	var row loose.Row
	var fields ab
	require.NoError(t, row.Begin([]byte(`{"a":{"b":1},"b":"x"}`), &fields))
	require.Equal(t, `{"b":1}`, string(row.TextOrJSON(fields.a)))
	require.NoError(t, row.Err())
	inner := ab{}
	require.True(t, row.Object(fields.a, &inner))
	require.False(t, row.Object(fields.b, &inner))
	require.NoError(t, row.Err(), "whoever asks for an object says what it means that there is none")

	require.Empty(t, row.Text(fields.a))
	row.Reject(batch.BadValue)
	require.Equal(t, batch.Rejected(batch.WrongType), row.Err())

	require.NoError(t, row.Begin([]byte(`{"a":7,"b":"x"}`), &fields))
	require.NoError(t, row.Err(), "nothing is left of the row before")
	number, present := row.Number(fields.a)
	require.InDelta(t, 7, number, 0)
	require.True(t, present)
	_, present = row.Number(fields.b)
	require.False(t, present)
	require.Equal(t, batch.Rejected(batch.WrongType), row.Err())

	require.Equal(t, batch.Rejected(batch.Malformed), row.Begin([]byte(`{"a":`), &fields))
}
