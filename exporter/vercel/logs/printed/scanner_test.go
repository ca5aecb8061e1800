package printed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
)

// printedLine is a line as a test writes it down.
type printedLine struct {
	kind printed.Kind
	text string
}

func lines(scanner *printed.Scanner, message string) []printedLine {
	var all []printedLine
	scanner.Reset([]byte(message))
	for line := scanner.Next(); line != nil; line = scanner.Next() {
		all = append(all, printedLine{line.Kind, string(line.Bytes())})
	}
	return all
}

func TestAMessageIsSplitIntoLines(t *testing.T) {
	t.Parallel()
	var scanner printed.Scanner // one for all, as a delivery has it
	for message, want := range map[string][]printedLine{
		"":                             nil,
		" \r\n\t\n":                    nil,
		`\n`:                           nil,
		"hello":                        {{printed.Text, "hello"}},
		"  hello \r\n\n world\t":       {{printed.Text, "hello"}, {printed.Text, "world"}},
		`hello\nworld`:                 {{printed.Text, "hello"}, {printed.Text, "world"}},
		`hello\\nworld`:                {{printed.Text, "hello"}, {printed.Text, "world"}},
		`{"a":"x\ny"}`:                 {{printed.Object, `{"a":"x\ny"}`}},
		`{}`:                           {{printed.Object, `{}`}},
		`{"a":1}{"a":2}`:               {{printed.Object, `{"a":1}`}, {printed.Object, `{"a":2}`}},
		"{\"a\":1}\r\n{\"a\":2}\n":     {{printed.Object, `{"a":1}`}, {printed.Object, `{"a":2}`}},
		`{"a":1} and more`:             {{printed.Object, `{"a":1}`}, {printed.Text, "and more"}},
		`{"a":{"b":[{}]}}`:             {{printed.Object, `{"a":{"b":[{}]}}`}},
		`{"a":1`:                       {{printed.Text, `{"a":1`}},
		`{"a":"cut o`:                  {{printed.Text, `{"a":"cut o`}},
		`{ count } prompts`:            {{printed.Text, "{ count } prompts"}},
		`[{"a":1}]`:                    {{printed.Text, `[{"a":1}]`}},
		`said {"a":1}`:                 {{printed.Text, `said {"a":1}`}},
		"{\"a\":\"\xff\"}":             {{printed.Object, "{\"a\":\"\xff\"}"}},
		"{\n  \"a\": 1\n}":             {{printed.Object, "{\n  \"a\": 1\n}"}},
		"{\n\"a\":1\n}\n{\n\"a\":2\n}": {{printed.Object, "{\n\"a\":1\n}"}, {printed.Object, "{\n\"a\":2\n}"}},
		"before\n{\n\"a\":1}\nafter":   {{printed.Text, "before"}, {printed.Object, "{\n\"a\":1}"}, {printed.Text, "after"}},
		"{\n{\"a\":1}\n{\n\"a\":2\n}": {
			{printed.Text, "{"}, {printed.Object, `{"a":1}`}, {printed.Object, "{\n\"a\":2\n}"},
		},
	} {
		require.Equal(t, want, lines(&scanner, message), message)
	}
}

func TestThePlatformsLinesAreKnown(t *testing.T) {
	t.Parallel()
	for text, kind := range map[string]printed.Kind{
		"START RequestId: 67948f63":                             printed.Platform,
		"START RequestId: x Version: $LATEST":                   printed.Platform,
		"END RequestId: x":                                      printed.Platform,
		"SAMPLE MESSAGE: Inside middleware hello":               printed.Platform,
		"REPORT RequestId: x\tDuration: 1 ms":                   printed.Report,
		`[GET] [middleware: "middleware"] / status=200`:         printed.Platform,
		`[GET] /api/prompts status=200`:                         printed.Platform,
		`[DELETE] [middleware: "src/middleware"] /x status=403`: printed.Platform,
		`[GET] /?q= status=x status=200`:                        printed.Platform,
		`[GET] /api/prompts status=ok`:                          printed.Text,
		`[GET] /api/prompts`:                                    printed.Text,
		`[Get] / status=200`:                                    printed.Text,
		`[ERROR] charge failed at the provider status=502`:      printed.Text,
		`[WARN] slow down status=429`:                           printed.Text,
		`[other] / status=200`:                                  printed.Text,
		`[GE] / status=200`:                                     printed.Text,
		`(GET] / status=200`:                                    printed.Text,
		`[GET]/ status=200`:                                     printed.Text,
		"started START RequestId: x":                            printed.Text,
		"STARTED":                                               printed.Text,
		"REPORT of the day":                                     printed.Text,
	} {
		var scanner printed.Scanner
		require.Equal(t, []printedLine{{kind, text}}, lines(&scanner, text))
	}
}

func TestAScannerForgetsTheMessageBefore(t *testing.T) {
	t.Parallel()
	var scanner printed.Scanner
	lines(&scanner, "{\n{") // which is torn
	require.Equal(t, []printedLine{{printed.Object, "{\n}"}}, lines(&scanner, "{\n}"))
}

func TestALineSaysNothingOfTheLineBefore(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"text", "{}", "{\n}"} {
		var scanner printed.Scanner
		scanner.Reset([]byte("{\"level\":\"error\",\"route\":\"/x\",\"status\":500,\"durationMs\":1}\n" + after))
		scanner.Next()
		line := scanner.Next()
		require.Equal(t, after, string(line.Bytes()))
		require.Empty(t, line.Level(), after)
		require.Zero(t, line.Status(), after)
		_, path := line.Place()
		require.Nil(t, path, after)
		_, ok := line.Duration()
		require.False(t, ok, after)
	}
}
