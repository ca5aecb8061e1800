package traces_test

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/exporter/vercel/traces"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// fixture is a drain, and the metrics that receive its requests.
type fixture struct {
	*traces.Drain
	requests *requests.Metrics
}

func start(t testing.TB) fixture {
	t.Helper()
	return startWith(draintest.Lists(t))
}

func startWith(lists func() *allow.Lists) fixture {
	f := fixture{requests: requests.New(lists)}
	f.Drain = traces.New(traces.Options{Options: row.Options{MaxRows: 100, Lists: lists, Dedupe: draintest.Window()}, Requests: f.requests, MaxWaiting: 1000})
	return f
}

// wait is how long the drain of startWaiting waits for spans of a trace.
const wait = 10 * time.Second

// startWaiting returns a drain that combines spans of several deliveries.
func startWaiting(t testing.TB) fixture {
	t.Helper()
	f := fixture{requests: requests.New(draintest.Lists(t))}
	f.Drain = traces.New(traces.Options{
		Options: row.Options{MaxRows: 100, Lists: draintest.Lists(t), Dedupe: draintest.Window()}, Requests: f.requests, Wait: wait, MaxWaiting: 1000,
	})
	return f
}

// apart delivers one delivery per second, and returns the final samples.
func apart(t *testing.T, deliveries ...string) (counted []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t)
		for _, delivery := range deliveries {
			draintest.Handle(t, f, delivery)
			time.Sleep(time.Second)
			f.counted(t) // a scrape
		}
		time.Sleep(wait)
		counted = f.counted(t)
	})
	return counted
}

func (f fixture) counted(t testing.TB) []string {
	t.Helper()
	f.Flush()
	return draintest.Counted(t, f.Drain, f.requests)
}

// wrap returns a delivery of spans in production.
func wrap(spans ...string) string {
	return `{"resourceSpans":[{"resource":{"attributes":[{"key":"deployment.environment.name","value":{"stringValue":"production"}}]},` +
		`"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`
}

// at returns a span of 150 ms in trace 7b…01, with further members.
func at(id, parent, name, more string) string {
	return `{"traceId":"7bba9f33312b3dbb8b2c2c62bb7abe01","spanId":"000000000000000` + id + `","parentSpanId":"` + parent + `","name":"` + name +
		`","startTimeUnixNano":"1694723400000000000","endTimeUnixNano":"1694723400150000000"` + more + `}`
}

func parent(id string) string { return "000000000000000" + id }

// Spans of one request to GET /api/prompts.
func nextSpan(id, above string) string {
	return at(id, above, "GET /api/prompts", `,"kind":"internal","attributes":[{"key":"next.span_type","value":{"stringValue":"BaseServer.handleRequest"}},`+
		`{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.status_code","value":{"intValue":"200"}},{"key":"next.route","value":{"stringValue":"/api/prompts"}}]`)
}

func serverSpan(id, above string) string {
	return at(id, above, "GET /api/prompts", `,"kind":"server","attributes":[{"key":"http.response.status_code","value":{"intValue":200}}]`)
}

// Spans of one call to Stripe.
func fetchSpan(id, above string) string {
	return at(id, above, "fetch POST https://api.stripe.com/v1/charges", `,"kind":1,"attributes":[{"key":"next.span_type","value":{"stringValue":"AppRender.fetch"}},`+
		`{"key":"http.url","value":{"stringValue":"https://api.stripe.com/v1/charges"}}]`)
}

func clientSpan(id, above string) string {
	return at(id, above, "fetch POST", `,"kind":3,"attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},`+
		`{"key":"server.address","value":{"stringValue":"api.stripe.com"}},{"key":"http.response.status_code","value":{"intValue":503}}]`)
}

const (
	oneRequest = `marketplace_http_requests_total{code="2xx",environment="production",method="GET",route="/api/prompts"} 1`
	itsLatency = `marketplace_http_request_duration_seconds{environment="production",method="GET",route="/api/prompts"} 1 0.15`
	oneCall    = `marketplace_outbound_requests_total{environment="production",host="api.stripe.com",outcome="server_error"} 1`
	itsTime    = `marketplace_outbound_request_duration_seconds{environment="production",host="api.stripe.com"} 1 0.15`
)

func TestARequestIsCountedOnce(t *testing.T) {
	t.Parallel()
	next, platform := nextSpan("2", parent("1")), serverSpan("1", "")
	for name, deliveries := range map[string][]string{
		"from Next.js only":                                {wrap(nextSpan("2", ""))},
		"from the platform only":                           {wrap(platform)},
		"from both":                                        {wrap(platform, next)},
		"from both, reversed":                              {wrap(next, platform)},
		"in separate deliveries":                           {wrap(platform), wrap(next)},
		"in separate deliveries, the inner first":          {wrap(next), wrap(platform)},
		"with another span between them":                   {wrap(platform, at("3", parent("1"), "invoke", ""), nextSpan("2", parent("3")))},
		"from nested servers":                              {wrap(platform, serverSpan("2", parent("1")))},
		"from servers in separate deliveries":              {wrap(platform), wrap(serverSpan("2", parent("1")))},
		"from servers in separate deliveries, inner first": {wrap(serverSpan("2", parent("1"))), wrap(platform)},
		"delivered twice":                                  {wrap(next), wrap(next)},
		"twice in a delivery":                              {wrap(next, next)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, []string{itsLatency, oneRequest}, apart(t, deliveries...))
		})
	}
}

func TestRequestsOfOneTraceAreSeparate(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Handle(t, f, wrap(nextSpan("1", ""), clientSpan("2", parent("1")), nextSpan("3", parent("2"))))
	assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 2", 1), "the application calls itself")
}

func TestACallIsCountedOnceWithItsStatus(t *testing.T) {
	t.Parallel()
	for name, deliveries := range map[string][]string{
		"from the instrumentation only":     {wrap(clientSpan("2", parent("1")))},
		"from both":                         {wrap(fetchSpan("1", ""), clientSpan("2", parent("1")))},
		"in deliveries, as they end":        {wrap(clientSpan("2", parent("1"))), wrap(fetchSpan("1", ""))},
		"in deliveries, as they begin":      {wrap(fetchSpan("1", "")), wrap(clientSpan("2", parent("1")))},
		"the outer span is delivered again": {wrap(fetchSpan("1", "")), wrap(fetchSpan("1", ""), clientSpan("2", parent("1")))},
		"with a span between them":          {wrap(fetchSpan("1", ""), at("3", parent("1"), "tls", ""), clientSpan("2", parent("3")))},
		"twice":                             {wrap(clientSpan("2", "")), wrap(clientSpan("2", ""))},
		"with a database query":             {wrap(clientSpan("2", ""), query("3"))},
		"with a call that is not HTTP":      {wrap(clientSpan("2", ""), at("3", "", "grpc", `,"kind":3`))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, []string{itsTime, oneCall}, apart(t, deliveries...))
		})
	}
}

func TestAdjacentCallsAndRequestsBothCount(t *testing.T) {
	t.Parallel()
	request, itsCall := serverSpan("1", ""), clientSpan("2", parent("1"))
	call, itsRequest := clientSpan("1", ""), serverSpan("2", parent("1")) // the application calls itself
	for name, deliveries := range map[string][]string{
		"together":                      {wrap(request, itsCall)},
		"in separate deliveries":        {wrap(request), wrap(itsCall)},
		"in deliveries, the call first": {wrap(itsCall), wrap(request)},
		"to itself, together":           {wrap(call, itsRequest)},
		"to itself":                     {wrap(call), wrap(itsRequest)},
		"to itself, the request first":  {wrap(itsRequest), wrap(call)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, []string{itsLatency, oneRequest, itsTime, oneCall}, apart(t, deliveries...))
		})
	}
}

func query(id string) string {
	return at(id, "", "prisma:query", `,"kind":"client","attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},`+
		`{"key":"http.method","value":{"stringValue":"POST"}}]`)
}

func TestCallsByOutcomeAndHost(t *testing.T) {
	t.Parallel()
	call := func(id, host, more, status string) string {
		return at(id, "", "fetch", `,"kind":3,"attributes":[{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.url","value":{"stringValue":"https://`+
			host+`/v1"}}`+more+`]`+status)
	}
	status := func(code string) string { return `,{"key":"http.status_code","value":{"intValue":"` + code + `"}}` }
	f := start(t)
	draintest.Handle(t, f, wrap(
		call("1", "api.stripe.com", status("200"), ""), call("2", "api.tosspayments.com:443", status("404"), ""),
		call("3", "API.sendgrid.com", status("500"), ""), call("4", "abc.supabase.co", "", `,"status":{"code":2}`),
		call("5", "u:p@evil.example.com", status("302"), `,"status":{"code":"STATUS_CODE_ERROR"}`), call("6", "api.stripe.com", "", `,"status":{}`),
	))
	assert.Equal(t, []string{
		`marketplace_outbound_requests_total{environment="production",host="api.sendgrid.com",outcome="server_error"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="api.stripe.com",outcome="ok"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="api.stripe.com",outcome="unknown"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="api.tosspayments.com",outcome="client_error"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="other",outcome="ok"} 1`,
		`marketplace_outbound_requests_total{environment="production",host="supabase.co",outcome="failed"} 1`,
	}, f.counted(t)[5:])
}

func TestTheFirstCallInitializesAllOutcomes(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Handle(t, f, wrap(clientSpan("1", "")))
	all := draintest.All(t, f.Drain)
	for _, outcome := range []string{"ok", "client_error", "failed", "unknown"} {
		for _, host := range []string{"api.stripe.com", "api.tosspayments.com", "other"} {
			assert.Contains(t, all, `marketplace_outbound_requests_total{environment="production",host="`+host+`",outcome="`+outcome+`"} 0`)
		}
	}
}

func TestRequestsAreIgnoredIfTheyComeFromLogs(t *testing.T) {
	t.Parallel()
	drain := traces.New(traces.Options{Options: row.Options{MaxRows: 100, Lists: draintest.Lists(t), Dedupe: draintest.Window()}})
	tally := draintest.Handle(t, drain, wrap(nextSpan("1", ""), clientSpan("2", parent("1"))))
	assert.Equal(t, row.Tally{Counted: 2}, tally)
	assert.Equal(t, []string{itsTime, oneCall}, draintest.Counted(t, drain))
}

func TestTheDocumentedDelivery(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/documented.json")
	require.NoError(t, err)
	f := start(t)
	assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, f, string(body)))
	assert.Equal(t, []string{
		`marketplace_http_request_duration_seconds{method="GET",route="other"} 1 0.15`,
		`marketplace_http_requests_total{code="unknown",method="GET",route="other"} 1`,
	}, f.counted(t), "its route is not listed, and it has neither status nor environment")
}

func TestJSONAndProtobufAreEquivalent(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/next.json")
	require.NoError(t, err)
	asText, asProtobuf := start(t), start(t)
	tally, err := asProtobuf.Handle(protobufOf(t, body), inbound.Protobuf)
	require.NoError(t, err)
	assert.Equal(t, tally, draintest.Handle(t, asText, string(body)))
	want := []string{
		`marketplace_http_request_duration_seconds{environment="preview",method="POST",route="/api/prompts/upload"} 1 1.25`,
		`marketplace_http_request_duration_seconds{environment="production",method="POST",route="/api/payments/charge"} 1 0.4`,
		`marketplace_http_requests_total{code="402",environment="production",method="POST",route="/api/payments/charge"} 1`,
		`marketplace_http_requests_total{code="500",environment="preview",method="POST",route="/api/prompts/upload"} 1`,
		`marketplace_outbound_request_duration_seconds{environment="production",host="api.tosspayments.com"} 1 0.3`,
		`marketplace_outbound_requests_total{environment="production",host="api.tosspayments.com",outcome="client_error"} 1`,
	}
	want[2] = strings.Replace(want[2], "402", "4xx", 1) // 402 has no label of its own
	assert.Equal(t, want, asText.counted(t))
	assert.Equal(t, want, asProtobuf.counted(t))
}
