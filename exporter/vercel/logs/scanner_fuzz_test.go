package logs

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		`{"level":"error","message":"Payment failed","event":"x","route":"/api/prompts","method":"GET","status":"paid","durationMs":"1.5"}`,
		"{\n  \"level\": \"warn\",\n  \"url\": \"https://example.com?x\"\n}\n{", `START RequestId: x\nREPORT RequestId: x\tDuration: 116 ms\tBilled`,
		`[GET] [middleware: "middleware"] / status=200`, `{"duration_s":1e9,"path":"/"} {"statusCode":99}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		original := bytes.Clone(message)
		unused, used := newScanner(), newScanner()
		lines(used, "{\"level\":\"fatal\",\"status\":500,\"durationMs\":9}\nREPORT RequestId: x Duration: 1 ms\n{\n{")
		all := readLines(t, unused, message)
		require.Equal(t, all, readLines(t, used, message), "nothing is left of the previous message")
		require.Equal(t, original, message)
		if whole := bytes.Trim(message, " \t\r\n"); bytes.HasPrefix(whole, []byte("{")) && json.Valid(whole) {
			require.Len(t, all, 1)
			require.Equal(t, objectLine, all[0].kind)
			require.Equal(t, string(whole), all[0].text)
		}
	})
}

// lineContent is everything that a line returns.
type lineContent struct {
	wantLine
	level, message, event, method, host, path string
	status                                    int
	duration                                  time.Duration
	timed                                     bool
}

// readLines returns the lines of a message, and checks what must hold for every line.
func readLines(t *testing.T, s *scanner, message []byte) []lineContent {
	t.Helper()
	var all []lineContent
	rest := message
	s.reset(message)
	for line := s.next(); line != nil; line = s.next() {
		at := bytes.Index(rest, line.text)
		require.GreaterOrEqual(t, at, 0, "lines are parts of the message, in its order")
		rest = rest[at+len(line.text):]
		require.NotEmpty(t, line.text)
		all = append(all, content(t, line))
	}
	return all
}

func content(t *testing.T, line *line) lineContent {
	t.Helper()
	host, path := line.location()
	duration, timed := line.duration()
	require.True(t, duration >= 0 && duration <= 24*time.Hour)
	require.True(t, line.status() == 0 || line.status() >= 100 && line.status() < 600)
	require.True(t, path == nil || bytes.ContainsAny(path[:1], "/?#"))
	all := lineContent{
		wantLine{line.kind, string(line.text)},
		string(line.level()), string(line.message()), string(line.event()),
		string(line.method()), string(host), string(path), line.status(), duration, timed,
	}
	switch line.kind {
	case objectLine:
		require.True(t, json.Valid(line.text))
	case reportLine:
		require.Equal(t, lineContent{wantLine: all.wantLine, duration: duration, timed: timed}, all)
	case textLine, platformLine:
		require.Equal(t, lineContent{wantLine: all.wantLine}, all, "only objects have members")
	default:
		require.Fail(t, "unknown kind of line")
	}
	return all
}
