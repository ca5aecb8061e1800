package traces_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestOneRootOfNextJSReplacesOneSpanOfThePlatform(t *testing.T) {
	t.Parallel()
	assert.Contains(t, apart(t, wrap(serverSpan("1", "")), wrap(nextSpan("2", parent("1"))), wrap(nextSpan("3", parent("2")))), strings.Replace(oneRequest, "} 1", "} 2", 1), "the second root is of another request")
}

func TestARootWithoutAParentReplacesNothingLater(t *testing.T) {
	t.Parallel()
	assert.Contains(t, apart(t, wrap(nextSpan("1", "")), wrap(serverSpan("3", parent("2")))), strings.Replace(oneRequest, "} 1", "} 2", 1))
}

func TestTheShortestAndTheLongestSpansCount(t *testing.T) {
	t.Parallel()
	span := at("1", "", "GET /api/prompts", `,"kind":2`)
	for ended, took := range map[string]string{"1694723400000000000": "1 0", "1694809800000000000": "1 86400"} {
		f := start(t)
		draintest.Take(t, f, wrap(strings.Replace(span, "1694723400150000000", ended, 1)))
		require.NotEmpty(t, f.counted(t), ended)
		assert.Contains(t, f.counted(t)[0], `route="/api/prompts"} `+took)
	}
}

func TestTimesThatAreOffTheClockAreRejected(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"-1", "1e19", `"NaN"`} {
		span := strings.NewReplacer(`"1694723400000000000"`, number, `"1694723400150000000"`, number).
			Replace(at("1", "", "GET /api/prompts", `,"kind":2`))
		tally := draintest.Take(t, start(t), wrap(span))
		assert.Equal(t, batch.Tally{Rejected: map[batch.Reason]int{batch.BadValue: 1}}, tally, number)
	}
}

func TestEveryNameOfAnAttributeIsKnown(t *testing.T) {
	t.Parallel()
	attribute := func(key, value string) string { return `{"key":"` + key + `","value":{"stringValue":"` + value + `"}}` }
	url := attribute("http.url", "https://api.stripe.com/v1/charges")
	for name, test := range map[string]struct{ span, want string }{
		"the path that Vercel matched": {
			at("1", "", "GET", `,"kind":2,"attributes":[`+attribute("vercel.matched_path", "/api/prompts")+`]`),
			strings.Replace(oneRequest, "2xx", "unknown", 1),
		},
		"a status beyond the last": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+url+`,`+attribute("http.status_code", "600")+`]`),
			strings.Replace(oneCall, "server_error", "unknown", 1),
		},
		"a call known by its URL alone": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+url+`]`), strings.Replace(oneCall, "server_error", "unknown", 1),
		},
		"a call known by its peer": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+attribute("http.method", "GET")+`,`+attribute("net.peer.name", "api.stripe.com")+`]`),
			strings.Replace(oneCall, "server_error", "unknown", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			draintest.Take(t, f, wrap(test.span))
			assert.Contains(t, f.counted(t), test.want)
		})
	}
	f := start(t)
	draintest.Take(t, f, wrap(at("1", "", "query", `,"kind":3,"attributes":[`+url+`,`+attribute("db.system.name", "postgresql")+`]`)))
	assert.Empty(t, f.counted(t), "a query of the database is no call, by the new name either")
}

func TestFieldsMayHaveTheirNamesInProtobuf(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Take(t, f, strings.NewReplacer(
		"resourceSpans", "resource_spans", "scopeSpans", "scope_spans", "traceId", "trace_id", "spanId", "span_id",
		"parentSpanId", "parent_span_id", "startTimeUnixNano", "start_time_unix_nano", "endTimeUnixNano", "end_time_unix_nano",
		"deployment.environment.name", "deployment.environment",
	).Replace(wrap(serverSpan("1", ""), nextSpan("2", parent("1")))))
	assert.Equal(t, []string{itsLatency, oneRequest}, f.counted(t))
}

func TestDurationsOfCallsHaveClassicAndNativeBuckets(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Take(t, f, wrap(clientSpan("1", "")))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(f.Drain)
	families, err := registry.Gather()
	require.NoError(t, err)
	var durations *dto.Histogram
	for _, family := range families {
		if family.GetName() == "marketplace_outbound_request_duration_seconds" {
			durations = family.GetMetric()[0].GetHistogram()
		}
	}
	var edges []float64
	for _, bucket := range durations.GetBucket() {
		edges = append(edges, bucket.GetUpperBound())
	}
	assert.Equal(t, []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}, edges)
	assert.NotEmpty(t, durations.GetPositiveSpan())
}
