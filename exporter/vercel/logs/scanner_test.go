package logs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// wantLine is an expected line.
type wantLine struct {
	kind lineKind
	text string
}

func lines(s *scanner, message string) []wantLine {
	var all []wantLine
	s.reset([]byte(message))
	for line := s.next(); line != nil; line = s.next() {
		all = append(all, wantLine{line.kind, string(line.text)})
	}
	return all
}

func TestScannerSplitsMessagesIntoLines(t *testing.T) {
	t.Parallel()
	s := newScanner() // shared by all, as in a delivery
	for message, want := range map[string][]wantLine{
		"":                             nil,
		" \r\n\t\n":                    nil,
		`\n`:                           nil,
		"hello":                        {{textLine, "hello"}},
		"  hello \r\n\n world\t":       {{textLine, "hello"}, {textLine, "world"}},
		`hello\nworld`:                 {{textLine, "hello"}, {textLine, "world"}},
		`hello\\nworld`:                {{textLine, "hello"}, {textLine, "world"}},
		`{"a":"x\ny"}`:                 {{objectLine, `{"a":"x\ny"}`}},
		`{}`:                           {{objectLine, `{}`}},
		`{"a":1}{"a":2}`:               {{objectLine, `{"a":1}`}, {objectLine, `{"a":2}`}},
		"{\"a\":1}\r\n{\"a\":2}\n":     {{objectLine, `{"a":1}`}, {objectLine, `{"a":2}`}},
		`{"a":1} and more`:             {{objectLine, `{"a":1}`}, {textLine, "and more"}},
		`{"a":{"b":[{}]}}`:             {{objectLine, `{"a":{"b":[{}]}}`}},
		`{"a":1`:                       {{textLine, `{"a":1`}},
		`{"a":"cut o`:                  {{textLine, `{"a":"cut o`}},
		`{ count } prompts`:            {{textLine, "{ count } prompts"}},
		`[{"a":1}]`:                    {{textLine, `[{"a":1}]`}},
		`said {"a":1}`:                 {{textLine, `said {"a":1}`}},
		"{\"a\":\"\xff\"}":             {{objectLine, "{\"a\":\"\xff\"}"}},
		"{\n  \"a\": 1\n}":             {{objectLine, "{\n  \"a\": 1\n}"}},
		"{\n\"a\":1\n}\n{\n\"a\":2\n}": {{objectLine, "{\n\"a\":1\n}"}, {objectLine, "{\n\"a\":2\n}"}},
		"before\n{\n\"a\":1}\nafter":   {{textLine, "before"}, {objectLine, "{\n\"a\":1}"}, {textLine, "after"}},
		"{\n{\"a\":1}\n{\n\"a\":2\n}": {
			{textLine, "{"}, {objectLine, `{"a":1}`}, {objectLine, "{\n\"a\":2\n}"},
		},
	} {
		require.Equal(t, want, lines(s, message), message)
	}
}

func TestPlatformLines(t *testing.T) {
	t.Parallel()
	for text, kind := range map[string]lineKind{
		"START RequestId: 67948f63":                             platformLine,
		"START RequestId: x Version: $LATEST":                   platformLine,
		"END RequestId: x":                                      platformLine,
		"SAMPLE MESSAGE: Inside middleware hello":               platformLine,
		"REPORT RequestId: x\tDuration: 1 ms":                   reportLine,
		`[GET] [middleware: "middleware"] / status=200`:         platformLine,
		`[GET] /api/prompts status=200`:                         platformLine,
		`[DELETE] [middleware: "src/middleware"] /x status=403`: platformLine,
		`[GET] /?q= status=x status=200`:                        platformLine,
		`[GET] /api/prompts status=ok`:                          textLine,
		`[GET] /api/prompts`:                                    textLine,
		`[Get] / status=200`:                                    textLine,
		`[ERROR] charge failed at the provider status=502`:      textLine,
		`[WARN] slow down status=429`:                           textLine,
		`[other] / status=200`:                                  textLine,
		`[GE] / status=200`:                                     textLine,
		`(GET] / status=200`:                                    textLine,
		`[GET]/ status=200`:                                     textLine,
		"started START RequestId: x":                            textLine,
		"STARTED":                                               textLine,
		"REPORT of the day":                                     textLine,
	} {
		s := newScanner()
		require.Equal(t, []wantLine{{kind, text}}, lines(s, text))
	}
}

func TestScannerKeepsNothingOfThePreviousMessage(t *testing.T) {
	t.Parallel()
	s := newScanner()
	lines(s, "{\n{") // an incomplete object
	require.Equal(t, []wantLine{{objectLine, "{\n}"}}, lines(s, "{\n}"))
}

func TestLineKeepsNothingOfThePreviousLine(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"text", "{}", "{\n}"} {
		s := newScanner()
		s.reset([]byte("{\"level\":\"error\",\"route\":\"/x\",\"status\":500,\"durationMs\":1}\n" + after))
		s.next()
		line := s.next()
		require.Equal(t, after, string(line.text))
		require.Empty(t, line.level(), after)
		require.Zero(t, line.status(), after)
		_, path := line.location()
		require.Nil(t, path, after)
		_, ok := line.duration()
		require.False(t, ok, after)
	}
}
