package logs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// first returns the first line of a message.
func first(t *testing.T, message string) *line {
	t.Helper()
	s := newScanner()
	s.reset([]byte(message))
	line := s.next()
	require.NotNil(t, line)
	return line
}

func TestMembersOfAnObject(t *testing.T) {
	t.Parallel()
	line := first(t, `{"level":"er\u0072or","message":"Payment failed","event":7,"method":"post","meta":{"level":"debug"}}`)
	require.Equal(t, "error", string(line.level()))
	require.Equal(t, "Payment failed", string(line.message()))
	require.Equal(t, "7", string(line.event()))
	require.Equal(t, "post", string(line.method()))
	line = first(t, `{"level":["error"],"message":{"text":"x"},"event":null,"method":true}`)
	require.Empty(t, line.level())
	require.Empty(t, line.message())
	require.Empty(t, line.event())
	require.Empty(t, line.method())
	require.Equal(t, "warn", string(first(t, `{"level":"error","level":"warn"}`).level()), "the last one counts")
}

func TestStatusOfALine(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]int{
		`{"status":200}`: 200, `{"statusCode":404}`: 404, `{"status":"503"}`: 503, `{"status":100}`: 100, `{"status":599}`: 599,
		`{"status":422,"statusCode":200}`: 422, `{"status":"paid","statusCode":201}`: 201,
		`{"status":99}`: 0, `{"status":600}`: 0, `{"status":-1}`: 0, `{"status":"paid"}`: 0, `{"status":null}`: 0, `{}`: 0,
	} {
		require.Equal(t, want, first(t, object).status(), object)
	}
}

func TestLocationIsAPathOrACompleteURL(t *testing.T) {
	t.Parallel()
	for object, want := range map[string][2]string{
		`{"route":"/api/prompts"}`:                    {"", "/api/prompts"},
		`{"path":"/api/prompts?page=1"}`:              {"", "/api/prompts?page=1"},
		`{"url":"https://example.com/api/prompts?x"}`: {"example.com", "/api/prompts?x"},
		`{"url":"http://example.com:3000"}`:           {"example.com:3000", "/"},
		`{"url":"https://example.com?x=/api"}`:        {"example.com", "?x=/api"},
		`{"url":"https://example.com#top"}`:           {"example.com", "#top"},
		`{"route":"/a","path":"/b","url":"/c"}`:       {"", "/a"},
		`{"route":"home","path":"/b"}`:                {"", "/b"},
		`{"path":"ftp://example.com/x","url":"/c"}`:   {"", "/c"},
		`{"path":"postgres://example.com/x"}`:         {},
		`{"path":"api/prompts"}`:                      {},
		`{"route":null,"path":7,"url":["/x"]}`:        {},
	} {
		host, path := first(t, object).location()
		require.Equal(t, want, [2]string{string(host), string(path)}, object)
		require.Equal(t, want[1] == "", path == nil, object)
	}
}

func TestDurationHasTheUnitOfItsMember(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]time.Duration{
		`{"durationMs":116}`: 116 * time.Millisecond, `{"duration_ms":"116.5"}`: 116_500 * time.Microsecond, `{"duration":0}`: 0,
		`{"responseTime":1e3}`: time.Second, `{"response_time_ms":86400000}`: 24 * time.Hour,
		`{"durationSeconds":1.5}`: 1500 * time.Millisecond, `{"duration_s":86400}`: 24 * time.Hour,
		`{"duration_s":9,"durationMs":1}`: time.Millisecond, `{"durationMs":"fast","duration":2}`: 2 * time.Millisecond,
		"REPORT RequestId: x Duration: 116 ms Billed Duration: 117 ms":                  116 * time.Millisecond,
		"REPORT RequestId: x\tDuration: 17.99 ms\tBilled Duration: 100 ms":              17_990 * time.Microsecond,
		`REPORT RequestId: x\tDuration: 1472.20 ms\tInit Duration: 185.18 ms\t`:         1_472_200 * time.Microsecond,
		"REPORT RequestId: x Duration: 0.5 ms Billed Duration: 1 ms Status: timeout":    500 * time.Microsecond,
		"REPORT RequestId: x Duration: 86400000 ms Billed Duration: 1 ms Memory Size: ": 24 * time.Hour,
	} {
		took, ok := first(t, line).duration()
		require.True(t, ok, line)
		require.Equal(t, want, took, line)
	}
}

func TestInvalidDurations(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`{}`, `{"durationMs":null}`, `{"durationMs":""}`, `{"durationMs":"fast"}`, `{"durationMs":-1}`, `{"durationMs":86400001}`,
		`{"durationMs":"NaN"}`, `{"durationMs":1e999}`, `{"durationMs":[1]}`, `{"duration_s":86401}`, `{"DURATIONMS":1}`,
		"REPORT RequestId: x", "REPORT RequestId: x Billed Duration: 117 ms", "REPORT RequestId: x Init Duration: 117 ms",
		"REPORT RequestId: x Duration: 116", "REPORT RequestId: x Duration: fast ms", "REPORT RequestId: x Duration: NaN ms",
		"REPORT RequestId: x Duration: -1 ms", "REPORT RequestId: x Duration: 86400001 ms", "it took Duration: 116 ms",
	} {
		_, ok := first(t, line).duration()
		require.False(t, ok, line)
	}
}
