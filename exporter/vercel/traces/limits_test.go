package traces_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestOneNextRootCoversOneServerSpan(t *testing.T) {
	t.Parallel()
	counted := apart(t, wrap(serverSpan("1", "")), wrap(nextSpan("2", parent("1"))), wrap(nextSpan("3", "")))
	assert.Contains(t, counted, strings.Replace(oneRequest, "} 1", "} 2", 1), "the second root belongs to another request")
}

func TestANextRootWithoutAParentCoversNothingLater(t *testing.T) {
	t.Parallel()
	assert.Contains(t, apart(t, wrap(nextSpan("1", "")), wrap(serverSpan("3", parent("2")))), strings.Replace(oneRequest, "} 1", "} 2", 1))
}

func TestDurationLimits(t *testing.T) {
	t.Parallel()
	span := at("1", "", "GET /api/prompts", `,"kind":2`)
	for end, duration := range map[string]string{"1694723400000000000": "1 0", "1694809800000000000": "1 86400"} {
		f := start(t)
		draintest.Handle(t, f, wrap(strings.Replace(span, "1694723400150000000", end, 1)))
		require.NotEmpty(t, f.counted(t), end)
		assert.Contains(t, f.counted(t)[0], `route="/api/prompts"} `+duration)
	}
}

func TestTimesOutOfRangeAreInvalid(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"-1", "1e19", `"NaN"`} {
		span := strings.NewReplacer(`"1694723400000000000"`, number, `"1694723400150000000"`, number).
			Replace(at("1", "", "GET /api/prompts", `,"kind":2`))
		tally := draintest.Handle(t, start(t), wrap(span))
		assert.Equal(t, row.Tally{Invalid: map[row.Reason]int{row.BadValue: 1}}, tally, number)
	}
}

func TestAllAttributeNamesAreSupported(t *testing.T) {
	t.Parallel()
	attribute := func(key, value string) string { return `{"key":"` + key + `","value":{"stringValue":"` + value + `"}}` }
	url := attribute("http.url", "https://api.stripe.com/v1/charges")
	for name, test := range map[string]struct{ span, want string }{
		"vercel.matched_path": {
			at("1", "", "GET", `,"kind":2,"attributes":[`+attribute("vercel.matched_path", "/api/prompts")+`]`),
			strings.Replace(oneRequest, "2xx", "unknown", 1),
		},
		"a status above the range": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+url+`,`+attribute("http.status_code", "600")+`]`),
			strings.Replace(oneCall, "server_error", "unknown", 1),
		},
		"a call with only its URL": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+url+`]`), strings.Replace(oneCall, "server_error", "unknown", 1),
		},
		"a call with only its peer": {
			at("1", "", "fetch", `,"kind":3,"attributes":[`+attribute("http.method", "GET")+`,`+attribute("net.peer.name", "api.stripe.com")+`]`),
			strings.Replace(oneCall, "server_error", "unknown", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			draintest.Handle(t, f, wrap(test.span))
			assert.Contains(t, f.counted(t), test.want)
		})
	}
	f := start(t)
	draintest.Handle(t, f, wrap(at("1", "", "query", `,"kind":3,"attributes":[`+url+`,`+attribute("db.system.name", "postgresql")+`]`)))
	assert.Empty(t, f.counted(t), "a database query is not a call, by the new attribute name either")
}

func TestFieldsMayHaveProtobufNames(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Handle(t, f, strings.NewReplacer(
		"resourceSpans", "resource_spans", "scopeSpans", "scope_spans", "traceId", "trace_id", "spanId", "span_id",
		"parentSpanId", "parent_span_id", "startTimeUnixNano", "start_time_unix_nano", "endTimeUnixNano", "end_time_unix_nano",
		"deployment.environment.name", "deployment.environment",
	).Replace(wrap(serverSpan("1", ""), nextSpan("2", parent("1")))))
	assert.Equal(t, []string{itsLatency, oneRequest}, f.counted(t))
}

func TestDurationsOfCallsHaveClassicAndNativeBuckets(t *testing.T) {
	t.Parallel()
	f := start(t)
	draintest.Handle(t, f, wrap(clientSpan("1", "")))
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
	var bounds []float64
	for _, bucket := range durations.GetBucket() {
		bounds = append(bounds, bucket.GetUpperBound())
	}
	assert.Equal(t, []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}, bounds)
	assert.NotEmpty(t, durations.GetPositiveSpan())
}
