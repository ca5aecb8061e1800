package traces_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/exporter/vercel/traces"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// serial is a part of every trace id, and is replaced by a new number in each iteration. Each span
// then has a trace of its own, which costs the same.
const serial = "1234567890123456"

// perTrace is the number of spans of a request from Next.js and @vercel/otel: root, handler and
// call.
const perTrace = 3

// delivery returns spans of about 900 bytes each.
func delivery(count int) []byte {
	all := make([]string, count)
	for i := range all {
		trace := fmt.Sprintf("%s%016x", serial, i+1)
		all[i] = rootSpan(trace) + "," + handlerSpan(trace) + "," + callSpan(trace)
	}
	return []byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"marketplace"}},` +
		`{"key":"deployment.environment.name","value":{"stringValue":"production"}}]},"scopeSpans":[{"scope":{"name":"next.js"},` +
		`"spans":[` + strings.Join(all, ",") + `]}]}]}`)
}

func rootSpan(trace string) string {
	return spanText(trace, "0000000000000001", "", "GET /api/prompts", "2", map[string]string{
		"next.span_type": "BaseServer.handleRequest", "next.span_name": "GET /api/prompts", "next.route": "/api/prompts",
		"http.method": "GET", "http.route": "/api/prompts", "http.target": "/api/prompts?q=logo", "http.status_code": "200",
		"http.host": "aimarketplace.com", "vercel.request_id": "icn1::icn1::5g9hp-1706327914010-7ba59b66d6f8",
		"http.user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
	})
}

func handlerSpan(trace string) string {
	return spanText(trace, "0000000000000002", "0000000000000001", "executing api route (app) /api/prompts", "1", map[string]string{
		"next.span_type": "AppRouteRouteHandlers.runHandler", "next.route": "/api/prompts",
	})
}

func callSpan(trace string) string {
	return spanText(trace, "0000000000000003", "0000000000000002", "fetch GET https://abc.supabase.co/rest/v1/prompts", "3",
		map[string]string{
			"http.method": "GET", "http.url": "https://abc.supabase.co/rest/v1/prompts?select=*", "net.peer.name": "abc.supabase.co",
			"http.status_code": "200", "operation.name": "fetch.GET",
		})
}

func spanText(trace, id, parent, name, kind string, attributes map[string]string) string {
	var list []string
	for key, value := range attributes {
		list = append(list, fmt.Sprintf(`{"key":%q,"value":{"stringValue":%q}}`, key, value))
	}
	return fmt.Sprintf(`{"traceId":%q,"spanId":%q,"parentSpanId":%q,"name":%q,"kind":%s,"startTimeUnixNano":"1694723400000000000",`+
		`"endTimeUnixNano":"1694723400116000000","status":{},"attributes":[%s]}`, trace, id, parent, name, kind, strings.Join(list, ","))
}

func BenchmarkHandle(b *testing.B) {
	const rows = 300
	text := delivery(rows / perTrace)
	for name, body := range map[string][]byte{"json": text, "protobuf": protobufOf(b, text)} {
		format, digits := inbound.JSON, serial
		if name == "protobuf" {
			format, digits = inbound.Protobuf, "\x12\x34\x56\x78\x90\x12\x34\x56"
		}
		renew := draintest.Renew(body, digits)
		b.Run(name, func(b *testing.B) {
			drain := traces.New(traces.Options{
				Options: row.Options{MaxRows: rows, Lists: draintest.Lists(b), Dedupe: draintest.Window()}, Requests: requests.New(draintest.Lists(b)),
			})
			draintest.Measure(b, drain, format, body, rows, renew)
		})
	}
}

// BenchmarkOneTrace handles requests of one trace that wait for each other. A visitor can choose
// the trace id.
func BenchmarkOneTrace(b *testing.B) {
	const rows = 1000
	const id = "0000000000abcdef"
	spans := make([]string, rows)
	for i := range spans {
		spans[i] = spanText(strings.Repeat("7", 32), id, "00000000000000ff", "GET /api/prompts", "2", map[string]string{"http.status_code": "200"})
	}
	body := []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`)
	drain := traces.New(traces.Options{
		Options: row.Options{MaxRows: rows, Lists: draintest.Lists(b), Dedupe: draintest.Window()}, Requests: requests.New(draintest.Lists(b)),
		Wait: time.Second, MaxWaiting: 20_000,
	})
	draintest.Measure(b, drain, inbound.JSON, body, rows, draintest.Renew(body, id))
}
