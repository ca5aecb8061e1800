package logs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

// ofOne returns a row that belongs to the same request as all its other rows.
func ofOne(id string, other fields) string {
	other["requestId"] = "icn1::one"
	return logRow(id, other)
}

func edge(code string) string {
	return `marketplace_edge_requests_total{code="` + code + `",environment="production",route="/api/prompts",source="lambda"} 1`
}

func TestTheStatusOfTheVisitorTakesPrecedence(t *testing.T) {
	t.Parallel()
	function := ofOne("1", fields{"statusCode": 200})
	visitor := ofOne("2", fields{"statusCode": 200, "proxy": fields{"statusCode": 504}})
	for _, delivery := range []string{function + visitor, visitor + function} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, delivery)
		assert.Equal(t, []string{edge("504")}, f.counted(t))
	}
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, function)
	draintest.Handle(t, f, visitor)
	assert.Equal(t, []string{edge("2xx")}, f.counted(t), "a counted request does not change")
}

func TestMiddlewareThatResponds(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]fields{
		"by its own status":            {"type": "middleware", "statusCode": 429},
		"by the status of the visitor": {"type": "middleware", "proxy": fields{"statusCode": 429}},
		"by both":                      {"edgeType": "middleware", "statusCode": 429, "proxy": fields{"statusCode": 429}},
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, logRow("1", other))
		assert.Equal(t, []string{edge("429")}, f.counted(t), name)
	}
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"type": "middleware", "proxy": fields{"statusCode": 200}}))
	assert.Empty(t, f.counted(t), "it may have forwarded the request")
}

func TestTheLineWithTheStatusTakesPrecedence(t *testing.T) {
	t.Parallel()
	const part, whole = `{"route":"/api/prompts","message":"cache","durationMs":5}`, `{"route":"/api/prompts","status":500,"durationMs":900}`
	want := []string{
		`marketplace_http_request_duration_seconds{environment="production",method="other",route="/api/prompts"} 1 0.9`,
		`marketplace_http_requests_total{code="500",environment="production",method="other",route="/api/prompts"} 1`,
	}
	for name, delivery := range map[string]string{
		"in one message":                  logRow("1", fields{"message": part + "\n" + whole}),
		"in one, reversed":                logRow("1", fields{"message": whole + "\n" + part}),
		"in two rows":                     ofOne("1", fields{"message": part}) + ofOne("2", fields{"message": whole}),
		"in two, reversed":                ofOne("1", fields{"message": whole}) + ofOne("2", fields{"message": part}),
		"beside a report of the platform": ofOne("1", fields{"message": "REPORT RequestId: x Duration: 7 ms"}) + ofOne("2", fields{"message": whole}),
	} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, delivery)
		assert.Equal(t, want, draintest.Counted(t, f.requests), name)
	}
}

func TestALineWithoutAStatusHasTheStatusOfItsRequest(t *testing.T) {
	t.Parallel()
	line, status := ofOne("1", fields{"message": `{"route":"/api/prompts","durationMs":900}`}), ofOne("2", fields{"statusCode": 503})
	for _, delivery := range []string{line + status, status + line} {
		f := start(draintest.Lists(t))
		draintest.Handle(t, f, delivery)
		assert.Contains(t, draintest.Counted(t, f.requests), `marketplace_http_requests_total{code="503",environment="production",method="other",route="/api/prompts"} 1`)
	}
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, line+logRow("2", fields{"statusCode": 503}))
	assert.Contains(t, draintest.Counted(t, f.requests), `marketplace_http_requests_total{code="unknown",environment="production",method="other",route="/api/prompts"} 1`, "the status of another request")
	f = start(draintest.Lists(t))
	draintest.Handle(t, f, strings.ReplaceAll(line+status, "icn1::one", ""))
	assert.Contains(t, draintest.Counted(t, f.requests), `marketplace_http_requests_total{code="unknown",environment="production",method="other",route="/api/prompts"} 1`, "without a request id, the rows are unrelated")
}

func TestTheFirstRowInitializesTheCrashesOfAllRoutes(t *testing.T) {
	t.Parallel()
	f := start(draintest.Lists(t))
	draintest.Handle(t, f, logRow("1", fields{"message": "hello"}))
	for _, route := range []string{"/api/prompts", "/api/payments/charge", "other"} {
		assert.Contains(t, draintest.All(t, f.Drain), `marketplace_function_crashes_total{environment="production",route="`+route+`"} 0`)
	}
}
