package logs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aimarketplace/monitoring/exporter/vercel/logs"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// summarize returns the samples of messages and events in short form.
func summarize(t *testing.T, f fixture) []string {
	t.Helper()
	var short []string
	for _, sample := range f.counted(t) {
		sample, isMessage := strings.CutPrefix(sample, `marketplace_log_messages_total{environment="production",level="`)
		event, isEvent := strings.CutPrefix(sample, `marketplace_log_events_total{environment="production",event="`)
		dropped, isDropped := strings.CutPrefix(event, `marketplace_log_messages_dropped_total{environment="production",source="lambda"}`)
		switch {
		case isDropped:
			short = append(short, "dropped"+dropped)
		case isMessage || isEvent:
			short = append(short, strings.NewReplacer(`",source="lambda"}`, "", `"}`, "").Replace(event))
		}
	}
	slices.Sort(short)
	return short
}

func TestTheLevelOfWinstonTakesPrecedence(t *testing.T) {
	t.Parallel()
	for message, want := range map[string][]string{
		`{"level":"error","message":"x"}`:                                          {"error 1"},
		`{"level":"WARN","message":"x"}`:                                           {"warn 1"},
		`{"level":"http","message":"x"}`:                                           {"debug 1"},
		`{"level":"silly"}`:                                                        {"debug 1"},
		`{"message":"x"}`:                                                          {"info 1"},
		`{"level":30,"message":"x"}`:                                               {"info 1"},
		`{"level":null,"message":{"no":"text"}}`:                                   {"info 1"},
		`plain text`:                                                               {"info 1"},
		"several lines\nof one text":                                               {"info 1"},
		"{\"level\":\"error\"}\n{\"level\":\"warn\"}\n":                            {"error 1", "warn 1"},
		"before\n{\"level\":\"error\"}\nafter":                                     {"error 1", "info 1"},
		`{"level":"error","message":"cut o`:                                        {"info 1"},
		"{\n  \"level\": \"error\",\n  \"message\": \"pretty-printed\"\n}":         {"error 1"},
		"{\n  \"level\": \"error\",\n  \"message\": \"pretty-printed, cut":         {"info 1"},
		`{"level":"error","nested":{"level":"debug"}}`:                             {"error 1"},
		`{"level":"warn","message":"{\"level\":\"error\"}"}`:                       {"warn 1"},
		`{"nested":{"level":"debug"}}`:                                             {"info 1"},
		`START RequestId: x\nEND RequestId: x\nREPORT RequestId: x Duration: 1 ms`: nil,
		`START RequestId: x\n{"level":"error"}\nEND RequestId: x`:                  {"error 1"},
		``: nil,
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": "info", "message": message}))
		assert.Equal(t, want, summarize(t, f), message)
	}
}

func TestLevelsOfVercel(t *testing.T) {
	t.Parallel()
	for level, want := range map[any]string{"info": "info 1", "warning": "warn 1", "error": "error 1", "fatal": "fatal 1", "<canary>": "unknown 1", nil: "unknown 1"} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": level, "message": "x"}))
		assert.Equal(t, []string{want}, summarize(t, f))
	}
}

func TestEventsMatchWholeMessagesOrFields(t *testing.T) {
	t.Parallel()
	for message, want := range map[string][]string{
		`Payment failed`: {"info 1", "payment_failed 1"},
		`{"level":"error","message":"Payment failed","orderId":"c1"}`:          {"error 1", "payment_failed 1"},
		`{"level":"warn","message":"Rate limit approached"}`:                   {"rate_limit_approached 1", "warn 1"},
		`{"level":"info","message":"User logged in","userId":"u1"}`:            {"info 1", "user_logged_in 1"},
		`{"level":"info","event":"User logged in"}`:                            {"info 1", "user_logged_in 1"},
		`{"level":"info","message":"done","event":"Payment failed"}`:           {"info 1", "payment_failed 1"},
		`{"level":"info","message":"Payment failed for kim@example.com"}`:      {"info 1"},
		`{"level":"info","event":"kim@example.com"}`:                           {"info 1"},
		"hello\nPayment failed\n":                                              {"info 1", "payment_failed 1"},
		"{\n  \"level\": \"error\",\n  \"event\": \"Payment failed\"\n}":       {"error 1", "payment_failed 1"},
		`{"level":"info","message":"User logged in","event":"Payment failed"}`: {"info 1", "user_logged_in 1"},
		"Payment failed\nPayment failed":                                       {"info 1", "payment_failed 2"},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"level": "info", "message": message}))
		assert.Equal(t, want, summarize(t, f), message)
	}
}

func TestRowsOfThePlatformAreNotMessages(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"middleware-invocation", "edge-function-invocation", "report", "metric", "delimiter", "deployment-state"} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", fields{"type": typ, "level": "error", "message": "x"}))
		assert.Empty(t, summarize(t, f), typ)
	}
}

const (
	measured = `marketplace_http_request_duration_seconds{environment="production",method="POST",route="/api/auth/login"} 1 `
	counted  = `marketplace_http_requests_total{code="401",environment="production",method="POST",route="/api/auth/login"} 1`
)

// timed returns the samples of POST /api/auth/login with status 401 and these messages.
func timed(t *testing.T, messages ...string) []string {
	t.Helper()
	f := start(draintest.Lists(t))
	var rows strings.Builder
	for i, message := range messages {
		rows.WriteString(logRow(string(rune('1'+i)), fields{
			"requestId": "icn1::1", "path": "/api/auth/login", "statusCode": 401, "message": message,
			"proxy": fields{"method": "POST", "path": "/api/auth/login?next=x", "host": "aimarketplace.com", "statusCode": 401},
		}))
	}
	draintest.Handle(t, f, rows.String())
	return draintest.Counted(t, f.requests)
}

func TestDurationFromAMessage(t *testing.T) {
	t.Parallel()
	for message, took := range map[string]string{
		`{"level":"info","route":"/api/auth/login","method":"POST","status":401,"durationMs":116}`: "0.116",
		`{"path":"/api/auth/login?x","duration_ms":"116.5"}`:                                       "0.1165",
		`{"url":"https://aimarketplace.com/api/auth/login","duration":116}`:                        "0.116",
		`{"route":"/api/auth/login","responseTime":116}`:                                           "0.116",
		`{"route":"/api/auth/login","response_time_ms":116}`:                                       "0.116",
		`{"route":"/api/auth/login","durationSeconds":0.116}`:                                      "0.116",
		`{"route":"/api/auth/login","duration_s":0.116}`:                                           "0.116",
		`{"route":"/api/auth/login","statusCode":401,"method":"post","durationMs":0}`:              "0",
		"{\n  \"route\": \"/api/auth/login\",\n  \"durationMs\": 116\n}":                           "0.116",
		`REPORT RequestId: x Duration: 116 ms Billed Duration: 117 ms Init Duration: 185.18 ms`:    "0.116",
		"START RequestId: x\\nREPORT RequestId: x\\tDuration: 1472.20 ms\\tBilled":                 "1.4722",
	} {
		assert.Equal(t, []string{measured + took, counted}, timed(t, message), message)
	}
}

func TestMessagesWithoutTheDurationOfTheRequest(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		`{"message":"query","durationMs":3}`, `{"route":"/api/prompts","durationMs":3}`, `{"url":"https://api.stripe.com/api/auth/login","durationMs":3}`,
		`{"route":"/api/auth/login","durationMs":-3}`, `{"route":"/api/auth/login","durationMs":86400001}`, `{"route":"/api/auth/login","durationMs":"fast"}`,
		`{"route":"/api/auth/login","durationMs":null}`, `{"route":7,"durationMs":7}`, `it took 116 ms`, `REPORT RequestId: x Billed Duration: 117 ms`, `REPORT RequestId: x Duration: -1 ms`,
	} {
		assert.Empty(t, timed(t, message), message)
	}
}

func TestTheApplicationTakesPrecedenceOverThePlatform(t *testing.T) {
	t.Parallel()
	const report, line = `REPORT RequestId: x Duration: 300 ms`, `{"route":"/api/auth/login","durationMs":116}`
	want := []string{measured + "0.116", counted}
	assert.Equal(t, want, timed(t, report, line))
	assert.Equal(t, want, timed(t, line, report))
	assert.Equal(t, want, timed(t, report+"\\n"+line), "in one message")
	assert.Equal(t, want, timed(t, line+"\n"+report), "in one message")
	assert.Equal(t, want, timed(t, line+"\n"+`{"route":"/api/auth/login","durationMs":999}`), "one duration per message")
	assert.Equal(t, want, timed(t, line, `{"route":"/api/auth/login","durationMs":999}`), "one duration per request")
}

func TestRowsThatDoNotServeTheRequest(t *testing.T) {
	t.Parallel()
	const line = `{"route":"/api/prompts","durationMs":3}`
	for name, other := range map[string]fields{
		"middleware":                        {"type": "middleware", "path": "middleware", "message": line},
		"a build":                           {"source": "build", "message": line},
		"a revalidation in the background":  {"message": line, "proxy": fields{"statusCode": -1}},
		"a part of another route":           {"path": "/api/health", "message": line},
		"a query at no route in particular": {"path": "/x", "message": `{"message":"query","durationMs":3}`},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", other))
		assert.Empty(t, draintest.Counted(t, f.requests), name)
	}
}

func TestTheLineTakesPrecedenceOverTheRow(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		row    fields
		labels string // of method, route and code
	}{
		"the row's":          {fields{"statusCode": 404, "proxy": fields{"method": "PUT"}, "message": `{"route":"/api/prompts","durationMs":3}`}, "PUT /api/prompts 404"},
		"the line's":         {fields{"statusCode": 404, "proxy": fields{"method": "PUT"}, "message": `{"route":"/api/prompts","durationMs":3,"method":"post","status":503}`}, "POST /api/prompts 503"},
		"the line's route":   {fields{"path": "/x", "statusCode": 200, "message": `{"route":"/api/health","durationMs":3,"method":"GET"}`}, "GET /api/health 2xx"},
		"unknown":            {fields{"path": nil, "message": `{"route":"/x","durationMs":3}`}, "other other unknown"},
		"the row's host":     {fields{"host": "a.vercel.app", "proxy": fields{"host": "b.com"}, "message": `{"url":"https://A.vercel.app/api/prompts","durationMs":3}`}, "other /api/prompts unknown"},
		"the visitor's host": {fields{"host": "a.vercel.app", "proxy": fields{"host": "b.com"}, "message": `{"url":"https://b.com/api/prompts?x=://","durationMs":3}`}, "other /api/prompts unknown"},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", want.row))
		labels := strings.Fields(want.labels)
		assert.Equal(t, []string{
			`marketplace_http_request_duration_seconds{environment="production",method="` + labels[0] + `",route="` + labels[1] + `"} 1 0.003`,
			`marketplace_http_requests_total{code="` + labels[2] + `",environment="production",method="` + labels[0] + `",route="` + labels[1] + `"} 1`,
		}, draintest.Counted(t, f.requests), name)
	}
}

func TestDurationsAreIgnoredIfTheyComeFromTraces(t *testing.T) {
	t.Parallel()
	drain := logs.New(row.Options{MaxRows: 100, Lists: draintest.Lists(t), Dedupe: draintest.Window()}, nil)
	draintest.Handle(t, drain, logRow("1", fields{"statusCode": 200, "message": `{"level":"info","route":"/api/prompts","durationMs":3}`}))
	assert.Equal(t, []string{
		`marketplace_edge_requests_total{code="2xx",environment="production",route="/api/prompts",source="lambda"} 1`,
		`marketplace_log_messages_total{environment="production",level="info",source="lambda"} 1`,
	}, draintest.Counted(t, drain))
}

func TestAReportWithoutARequestIDIsIgnored(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"requestId": nil, "statusCode": 200, "message": `REPORT RequestId: x Duration: 300 ms`}))
	assert.Empty(t, draintest.Counted(t, f.requests), "it may duplicate a duration of the application")
}
