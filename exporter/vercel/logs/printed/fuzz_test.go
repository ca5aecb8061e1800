package printed_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/logs/printed"
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
		var fresh, used printed.Scanner
		lines(&used, "{\"level\":\"fatal\",\"status\":500,\"durationMs\":9}\nREPORT RequestId: x Duration: 1 ms\n{\n{")
		all := read(t, &fresh, message)
		require.Equal(t, all, read(t, &used, message), "nothing is left of the message before")
		require.Equal(t, original, message)
		if whole := bytes.Trim(message, " \t\r\n"); bytes.HasPrefix(whole, []byte("{")) && json.Valid(whole) {
			require.Len(t, all, 1)
			require.Equal(t, printed.Object, all[0].kind)
			require.Equal(t, string(whole), all[0].text)
		}
	})
}

// told is all that a line says.
type told struct {
	printedLine
	level, message, event, method, host, path string
	status                                    int
	took                                      time.Duration
	timed                                     bool
}

// read returns the lines of a message, and holds each of them against what must be true of any.
func read(t *testing.T, scanner *printed.Scanner, message []byte) []told {
	t.Helper()
	var all []told
	rest := message
	scanner.Reset(message)
	for line := scanner.Next(); line != nil; line = scanner.Next() {
		at := bytes.Index(rest, line.Bytes())
		require.GreaterOrEqual(t, at, 0, "lines are parts of the message, one behind the other")
		rest = rest[at+len(line.Bytes()):]
		require.NotEmpty(t, line.Bytes())
		all = append(all, tell(t, line))
	}
	return all
}

func tell(t *testing.T, line *printed.Line) told {
	t.Helper()
	host, path := line.Place()
	took, timed := line.Duration()
	require.True(t, took >= 0 && took <= 24*time.Hour)
	require.True(t, line.Status() == 0 || line.Status() >= 100 && line.Status() < 600)
	require.True(t, path == nil || bytes.ContainsAny(path[:1], "/?#"))
	all := told{
		printedLine{line.Kind, string(line.Bytes())},
		string(line.Level()), string(line.Message()), string(line.Event()),
		string(line.Method()), string(host), string(path), line.Status(), took, timed,
	}
	switch line.Kind {
	case printed.Object:
		require.True(t, json.Valid(line.Bytes()))
	case printed.Report:
		require.Equal(t, told{printedLine: all.printedLine, took: took, timed: timed}, all)
	case printed.Text, printed.Platform:
		require.Equal(t, told{printedLine: all.printedLine}, all, "only objects tell anything")
	default:
		require.Fail(t, "a line of no kind")
	}
	return all
}
