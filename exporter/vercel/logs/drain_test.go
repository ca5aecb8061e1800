package logs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestPayloads(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		tally   row.Tally
		samples []string
	}{
		"documented.json": {row.Tally{Counted: 1}, []string{
			`marketplace_edge_requests_total{code="2xx",environment="production",route="/api/users/profile",source="lambda"} 1`,
			`marketplace_log_messages_total{environment="production",level="info",source="lambda"} 1`,
		}},
		// Three rows of one request. Lines of the platform are not messages; its REPORT has the
		// only duration.
		"function.json": {row.Tally{Counted: 3}, []string{
			`marketplace_edge_requests_total{code="404",environment="production",route="/api/prompts",source="lambda"} 1`,
			`marketplace_http_request_duration_seconds{environment="production",method="GET",route="/api/prompts"} 1 0.116`,
			`marketplace_http_requests_total{code="404",environment="production",method="GET",route="/api/prompts"} 1`,
			`marketplace_log_messages_total{environment="production",level="error",source="lambda"} 1`,
		}},
		// The middleware forwards with status 200, the function responds with 503.
		"middleware.json": {row.Tally{Counted: 3}, []string{
			`marketplace_edge_requests_total{code="503",environment="production",route="/api/health",source="lambda"} 1`,
			`marketplace_log_messages_total{environment="production",level="unknown",source="edge"} 1`,
		}},
		"static.json": {row.Tally{Counted: 3}, []string{
			`marketplace_edge_requests_total{code="2xx",environment="production",route="other",source="static"} 2`,
			`marketplace_edge_requests_total{code="3xx",environment="production",route="other",source="static"} 1`,
		}},
		"nulls.ndjson": {row.Tally{Counted: 4}, []string{
			`marketplace_edge_requests_total{code="500",environment="preview",route="/api/payments/charge",source="lambda"} 1`,
			`marketplace_edge_requests_total{code="502",route="/api/webhooks/toss",source="external"} 1`,
			`marketplace_log_messages_total{level="unknown",source="other"} 1`,
		}},
		"test-button.json": {row.Tally{Counted: 2}, []string{
			`marketplace_edge_requests_total{code="2xx",route="other",source="lambda"} 1`,
			`marketplace_http_request_duration_seconds{method="GET",route="other"} 1 1.4722`,
			`marketplace_http_requests_total{code="2xx",method="GET",route="other"} 1`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(draintest.Lists(t))
			tally := draintest.Handle(t, f, file(t, name))
			assert.Equal(t, want.tally, tally)
			assert.Equal(t, want.samples, f.counted(t))
			again := draintest.Handle(t, f, file(t, name))
			assert.Zero(t, again.Counted)
			assert.Equal(t, want.tally.Counted, again.Duplicates)
			assert.Equal(t, want.samples, f.counted(t), "a redelivery changes nothing")
		})
	}
}

func TestARequestIsCountedOnce(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		rows []string
		code string
	}{
		"proxy before function":        {[]string{logRow("1", fields{"statusCode": 200, "proxy": fields{"statusCode": 429}})}, "429"},
		"only the function":            {[]string{logRow("1", fields{"statusCode": 422})}, "422"},
		"as text":                      {[]string{logRow("1", fields{"statusCode": "403"})}, "403"},
		"the row that has it":          {[]string{logRow("1", fields{"message": "a"}), logRow("2", fields{"requestId": "icn1::1", "statusCode": 503})}, "503"},
		"the first of two":             {[]string{logRow("1", fields{"statusCode": 404}), logRow("2", fields{"requestId": "icn1::1", "statusCode": 200})}, "404"},
		"a redirect by the middleware": {[]string{logRow("1", fields{"type": "middleware-invocation", "statusCode": 307})}, "3xx"},
		"an error by the middleware":   {[]string{logRow("1", fields{"edgeType": "middleware", "statusCode": 401})}, "401"},
		"the function, not the middleware before it": {[]string{
			logRow("1", fields{"type": "middleware", "path": "middleware", "statusCode": 200}), logRow("2", fields{"requestId": "icn1::1", "statusCode": 500}),
		}, "500"},
		"the lowest status with which the middleware responds": {[]string{logRow("1", fields{"type": "middleware-invocation", "statusCode": 300})}, "3xx"},
		"a crash of the middleware":                            {[]string{logRow("1", fields{"type": "middleware-invocation", "statusCode": -1})}, "5xx"},
		"a row with the id of its request":                     {[]string{logRow("1", fields{"requestId": "1", "statusCode": 404})}, "404"},
		"a crash":                                              {[]string{logRow("1", fields{"statusCode": -1})}, "5xx"},
		"a crash with a response of Vercel":                    {[]string{logRow("1", fields{"statusCode": -1, "proxy": fields{"statusCode": 504}})}, "504"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, deliveries := range [][]string{{strings.Join(want.rows, "\n")}, want.rows} {
				f := start(draintest.Lists(t))
				for _, delivery := range deliveries {
					draintest.Handle(t, f, delivery)
				}
				var edge []string
				for _, sample := range f.counted(t) {
					if strings.HasPrefix(sample, "marketplace_edge") {
						edge = append(edge, sample)
					}
				}
				assert.Equal(t, []string{`marketplace_edge_requests_total{code="` + want.code +
					`",environment="production",route="/api/prompts",source="lambda"} 1`}, edge)
			}
		})
	}
}

func TestRowsWithoutARequest(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a revalidation in the background": logRow("1", fields{"statusCode": 200, "proxy": fields{"statusCode": -1}}),
		"middleware that forwards":         logRow("1", fields{"type": "middleware-invocation", "statusCode": 200, "message": `[GET] [middleware: "middleware"] / status=200`}),
		"an edge function's middleware":    logRow("1", fields{"edgeType": "middleware", "statusCode": 299}),
		"middleware by its path":           logRow("1", fields{"path": "middleware", "statusCode": 200}),
		"middleware by its path in src":    logRow("1", fields{"path": "src/middleware", "statusCode": 200}),
		"a line":                           logRow("1", fields{"message": "hello"}),
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, text)
		assert.NotRegexp(t, "requests_total|crashes_total", strings.Join(f.counted(t), "\n"), name)
	}
}

func TestRowsWithoutARequestIDAreSeparateRequests(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"requestId": nil, "statusCode": 200})+logRow("2", fields{"requestId": nil, "statusCode": 200}))
	assert.Contains(t, f.counted(t), `marketplace_edge_requests_total{code="2xx",environment="production",route="/api/prompts",source="lambda"} 2`)
}

func TestRowsWithoutAnIDAreIdentifiedByTheirText(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	first, second := logRow("1", fields{"id": nil, "message": "a"}), logRow("1", fields{"id": nil, "message": "b"})
	assert.Equal(t, row.Tally{Counted: 2, Duplicates: 1}, draintest.Handle(t, f, first+second+first))
}

func TestCrashesAreCountedOncePerRequest(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"statusCode": -1, "level": "fatal", "message": "Error: signal: killed"})+
		logRow("2", fields{"requestId": "icn1::1", "statusCode": -1})+logRow("3", fields{"statusCode": -1, "path": "/x"})+logRow("4", fields{"statusCode": 500}))
	assert.Subset(t, f.counted(t), []string{
		`marketplace_function_crashes_total{environment="production",route="/api/prompts"} 1`,
		`marketplace_function_crashes_total{environment="production",route="other"} 1`,
		`marketplace_log_messages_total{environment="production",level="fatal",source="lambda"} 1`,
	})
}

func TestFirewallActionsAreCountedOncePerRequest(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	waf := func(id, request, action string) string {
		return logRow(id, fields{"source": "firewall", "requestId": request, "proxy": fields{"statusCode": 403, "wafAction": action, "path": "/.env"}})
	}
	draintest.Handle(t, f, waf("1", "a", "deny")+waf("2", "a", "deny")+waf("3", "b", "rate_limit")+waf("4", "c", "<canary>"))
	assert.Subset(t, f.counted(t), []string{
		`marketplace_firewall_actions_total{action="deny",environment="production"} 1`,
		`marketplace_firewall_actions_total{action="other",environment="production"} 1`,
		`marketplace_firewall_actions_total{action="rate_limit",environment="production"} 1`,
	})
}

func TestARowWithAllFacts(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"statusCode": -1, "proxy": fields{"method": "GET", "path": "/api/prompts", "wafAction": "log"}, "message": `{"route":"/api/prompts","durationMs":9}`}))
	assert.Equal(t, []string{
		`marketplace_edge_requests_total{code="5xx",environment="production",route="/api/prompts",source="lambda"} 1`,
		`marketplace_firewall_actions_total{action="log",environment="production"} 1`,
		`marketplace_function_crashes_total{environment="production",route="/api/prompts"} 1`,
		`marketplace_http_request_duration_seconds{environment="production",method="GET",route="/api/prompts"} 1 0.009`,
		`marketplace_http_requests_total{code="5xx",environment="production",method="GET",route="/api/prompts"} 1`,
		`marketplace_log_messages_total{environment="production",level="unknown",source="lambda"} 1`,
	}, f.counted(t))
}

func TestAnyIdentifyingFieldMakesARowValid(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"id":"1"}`, `{"requestId":"1"}`, `{"message":"1"}`, `{"statusCode":200}`, `{"proxy":{"statusCode":200}}`, `{"proxy":{"wafAction":"deny"}}`,
	} {
		assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, start(draintest.Lists(t)), text), text)
	}
}

func TestInvalidRows(t *testing.T) {
	t.Parallel()
	for bad, reason := range map[string]row.Reason{
		`"text"`:                                  row.Malformed,
		`{"message":""}`:                          row.Missing,
		`{"id":{}}`:                               row.WrongType,
		`{"id":"1","proxy":[]}`:                   row.WrongType,
		`{"id":"1","message":["x"]}`:              row.WrongType,
		`{"id":"1","statusCode":"x"}`:             row.WrongType,
		`{"id":{},"statusCode":99}`:               row.WrongType,
		`{"id":"1","statusCode":99}`:              row.BadValue,
		`{"id":"1","statusCode":600}`:             row.BadValue,
		`{"id":"1","proxy":{"statusCode":200.5}}`: row.BadValue,
	} {
		f := start(draintest.Lists(t))
		tally := draintest.Handle(t, f, "["+bad+","+logRow("2", fields{"statusCode": 200})+"]")
		assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{reason: 1}}, tally, bad)
		assert.Len(t, f.counted(t), 1, bad)
	}
}

func TestARejectedDeliveryLeavesNoTrace(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	_, err := f.Handle([]byte(strings.Repeat(logRow("1", fields{"statusCode": 200})+"\n", 101)), inbound.JSON)
	require.ErrorIs(t, err, inbound.ErrTooManyRows)
	assert.Empty(t, draintest.All(t, f.Drain, f.requests))
	assert.Equal(t, 1, draintest.Handle(t, f, logRow("1", fields{"statusCode": 200})).Counted)
}

func TestTheFirstRequestInitializesErrors(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"statusCode": 200, "message": "x", "level": "info"}))
	all := draintest.All(t, f.Drain)
	for _, code := range []string{"400", "401", "403", "404", "422", "429", "4xx", "500", "502", "503", "504", "508", "5xx"} {
		assert.Contains(t, all, `marketplace_edge_requests_total{code="`+code+`",environment="production",route="/api/prompts",source="lambda"} 0`)
	}
	draintest.Handle(t, f, logRow("2", fields{"environment": "preview", "source": "edge"}))
	assert.Subset(t, draintest.All(t, f.Drain), []string{
		`marketplace_log_messages_total{environment="preview",level="fatal",source="edge"} 0`,
		`marketplace_log_events_total{environment="preview",event="user_logged_in"} 0`,
		`marketplace_firewall_actions_total{action="challenge",environment="preview"} 0`,
	})
	assert.Subset(t, all, []string{
		`marketplace_function_crashes_total{environment="production",route="/api/prompts"} 0`,
		`marketplace_log_messages_total{environment="production",level="error",source="lambda"} 0`,
		`marketplace_log_events_total{environment="production",event="payment_failed"} 0`,
		`marketplace_firewall_actions_total{action="deny",environment="production"} 0`,
	})
}

func TestTheVerifyButtonCountsNothing(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	for _, body := range []string{`{}`, `[]`, `[{}]`, ` { } `, ``} {
		assert.Equal(t, row.Tally{}, draintest.Handle(t, f, body), body)
	}
	assert.Empty(t, draintest.All(t, f.Drain, f.requests))
}

func TestTimestampsAreIgnored(t *testing.T) {
	t.Parallel()
	for _, timestamp := range []any{
		1573817250283, "1573817250283", 1573817250283.5, "2019-11-15T11:27:30.283", "2019-11-15 11:27:30", "2019-11-15T11:27:30Z", "", -1, true, fields{}, nil,
	} {
		f := start(draintest.Lists(t))
		tally := draintest.Handle(t, f, logRow("1", fields{"timestamp": timestamp, "statusCode": 200, "proxy": fields{"timestamp": timestamp}}))
		assert.Equal(t, row.Tally{Counted: 1}, tally, timestamp)
	}
}

func TestLabelsNeverHaveValuesOfRows(t *testing.T) {
	t.Parallel()
	const canary = "kim@example.com"
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{
		"environment": canary, "source": canary, "level": canary, "type": canary, "path": canary, "entrypoint": canary, "statusCode": 418,
		"message": `{"level":"` + canary + `","message":"` + canary + `","event":"` + canary + `","route":"/` + canary + `","method":"` + canary + `","durationMs":1}`,
		"proxy":   fields{"method": canary, "path": "/" + canary, "host": canary, "wafAction": canary, "userAgent": []string{canary}, "clientIp": canary},
	}))
	assert.Equal(t, []string{
		`marketplace_edge_requests_total{code="4xx",environment="other",route="other",source="other"} 1`,
		`marketplace_firewall_actions_total{action="other",environment="other"} 1`,
		`marketplace_http_request_duration_seconds{environment="other",method="other",route="other"} 1 0.001`,
		`marketplace_http_requests_total{code="4xx",environment="other",method="other",route="other"} 1`,
		`marketplace_log_messages_total{environment="other",level="unknown",source="other"} 1`,
	}, f.counted(t))
	draintest.RequireAllowed(t, draintest.All(t, f.Drain, f.requests))
}

func TestAReloadInitializesNewEvents(t *testing.T) {
	t.Parallel()
	lists := draintest.Lists(t)()
	f := start(func() *allow.Lists { return lists })
	draintest.Handle(t, f, logRow("1", fields{"message": "x"})+logRow("p", fields{"environment": "preview"}))
	events, err := allow.NewEvents(nil, map[string][]string{"cart_lost": {"Cart lost"}})
	require.NoError(t, err)
	lists = &allow.Lists{Routes: lists.Routes, Hosts: lists.Hosts, Events: events}
	draintest.Handle(t, f, logRow("2", fields{"message": "x"}))
	for _, environment := range []string{"production", "preview"} {
		assert.Contains(t, draintest.All(t, f.Drain), `marketplace_log_events_total{environment="`+environment+`",event="cart_lost"} 0`)
	}
	draintest.Handle(t, f, logRow("3", fields{"message": "Cart lost"}))
	assert.Contains(t, f.counted(t), `marketplace_log_events_total{environment="production",event="cart_lost"} 1`)
}
