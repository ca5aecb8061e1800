package logs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMessagesOfARowAreLimited(t *testing.T) {
	t.Parallel()
	for message, want := range map[string][]string{
		strings.Repeat(`{"level":"error"}`, 15_000):                           {"dropped 14990", "error 10"},
		strings.Repeat(`{"level":"error"}`+"\n", 9) + `text`:                  {"error 9", "info 1"},
		strings.Repeat(`{"level":"error"}`+"\n", 10) + `text`:                 {"dropped 1", "error 10"},
		strings.Repeat("Payment failed\n", 15_000):                            {"dropped 14990", "info 1", "payment_failed 10"},
		`{"message":"x"}` + strings.Repeat(`{"message":"Payment failed"}`, 3): {"info 1", "payment_failed 3"},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": "info", "message": message}))
		assert.Equal(t, want, summarize(t, f), message[:20])
	}
}

func TestDroppedMessagesAreInitializedAndNotRepeated(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"message": "x"}))
	assert.Contains(t, draintest.All(t, f.Drain), `marketplace_log_messages_dropped_total{environment="production",source="lambda"} 0`)
	flood := logRow("2", fields{"message": strings.Repeat(`{"level":"error"}`, 12)})
	draintest.Handle(t, f, flood+flood)
	assert.Contains(t, draintest.All(t, f.Drain), `marketplace_log_messages_dropped_total{environment="production",source="lambda"} 2`)
}

func TestNoMessageRejectsADelivery(t *testing.T) {
	t.Parallel()
	brackets := strings.Repeat("{}", 128<<10) // the maximum size of a message
	var rows strings.Builder
	for _, id := range []string{"1", "2", "3", "4"} {
		rows.WriteString(logRow(id, fields{"level": "info", "message": brackets}))
	}
	f := start(draintest.Lists(t))
	assert.Equal(t, row.Tally{Counted: 5}, draintest.Handle(t, f, rows.String()+logRow("5", fields{"level": "error", "message": "x"})))
	assert.Equal(t, []string{"error 1", "info 4"}, summarize(t, f))
}

func TestPrintedObjectsAndStacksAreOneMessage(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"a stack":              "TypeError: x is undefined\n    at handler (/var/task/route.js:1:2)\n    at async run (/var/task/y.js:3:4) {\n  digest: '7'\n}",
		"a ZodError":           "[Orders] Invalid: ZodError: [\n  {\n    \"code\": \"invalid_type\",\n    \"path\": [\"a\"]\n  },\n  {\n    \"code\": \"too_small\"\n  },\n  {\n    \"code\": \"custom\"\n  }\n]\n    at x",
		"its issues as JSON":   "Invalid\n{\"code\":\"invalid_type\"}\n{\"code\":\"too_small\"}",
		"an object with level": "AxiosError {\n  config: {\n    {\"level\":\"error\"}\n  }\n}",
		"objects of a table":   "{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}",
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": "warning", "message": message}))
		assert.Equal(t, []string{"warn 1"}, summarize(t, f), name)
	}
}

func TestPino(t *testing.T) {
	t.Parallel()
	for message, want := range map[string][]string{
		`{"level":10,"time":1531171074631,"msg":"x"}`:                                  {"debug 1"},
		`{"level":20,"msg":"x"}`:                                                       {"debug 1"},
		`{"level":30,"msg":"User logged in"}`:                                          {"info 1", "user_logged_in 1"},
		`{"level":40,"msg":"Rate limit approached"}`:                                   {"rate_limit_approached 1", "warn 1"},
		`{"level":50,"pid":657,"hostname":"x","msg":"Payment failed","err":{}}`:        {"error 1", "payment_failed 1"},
		`{"level":60,"msg":"x"}`:                                                       {"fatal 1"},
		`{"level":35,"msg":"a level of the application, counted as the row's"}`:        {"info 1"},
		`{"level":50,"message":"Payment failed","msg":"Rate limit approached"}`:        {"error 1", "payment_failed 1"},
		`{"level":50,"msg":"x","durationMs":1,"route":"/api/prompts","x":[{}]}` + "\n": {"error 1"},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": "info", "message": message}))
		assert.Equal(t, want, summarize(t, f), message)
	}
}

func TestEventsByPrefix(t *testing.T) {
	t.Parallel()
	events, err := allow.NewEvents(nil, map[string][]string{
		"email_failed": {"[Email] Send failed*"}, "email": {"[Email]*"}, "payment_failed": {"Payment failed"},
	})
	require.NoError(t, err)
	lists := draintest.Lists(t)()
	lists = &allow.Lists{Routes: lists.Routes, Hosts: lists.Hosts, Events: events}
	for message, want := range map[string][]string{
		"[Email] Send failed: { statusCode: 429,\n  name: 'rate_limit' }": {"email_failed 1", "info 1"},
		"[Email] Send failed": {"email_failed 1", "info 1"},
		`{"level":"error","message":"[Email] Send failed: kim@x.test"}`:   {"email_failed 1", "error 1"},
		`{"level":"error","message":"x","event":"[Email] Send failed 7"}`: {"email_failed 1", "error 1"},
		"[Email] Sent":               {"email 1", "info 1"},
		"Error: [Email] Send failed": {"info 1"},
		"Payment failed again":       {"info 1"},
	} {
		f := start(func() *allow.Lists { return lists })
		draintest.Handle(t, f, logRow("1", fields{"level": "info", "message": message}))
		assert.Equal(t, want, summarize(t, f), message)
	}
}
