package traces_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

// bareSpan returns a span of the platform as Vercel documents it, without status, route and
// environment.
func bareSpan(id, above string) string {
	return at(id, above, "POST", `,"kind":"server"`)
}

// failedCharge returns the root span of Next.js for a failed charge.
func failedCharge(id, above string) string {
	return at(id, above, "POST /api/payments/charge", `,"kind":1,"attributes":[{"key":"next.span_type","value":{"stringValue":"BaseServer.handleRequest"}},`+
		`{"key":"http.method","value":{"stringValue":"POST"}},{"key":"http.status_code","value":{"intValue":"500"}},{"key":"http.route","value":{"stringValue":"/api/payments/charge"}}]`)
}

// later moves a span by a second, so that it does not overlap with the others.
func later(span string) string { return strings.ReplaceAll(span, "1694723400", "1694723401") }

const oneFailedCharge = `marketplace_http_requests_total{code="500",environment="production",method="POST",route="/api/payments/charge"} 1`

func withoutEnvironment(spans ...string) string {
	return `{"resourceSpans":[{"scopeSpans":[{"spans":[` + strings.Join(spans, ",") + `]}]}]}`
}

func TestTheMostDetailedSpanCountsInAnyOrder(t *testing.T) {
	t.Parallel()
	platform, next := withoutEnvironment(bareSpan("1", "")), wrap(failedCharge("2", parent("1")))
	for name, deliveries := range map[string][]string{
		"the platform first":                {platform, next},
		"Next.js first":                     {next, platform},
		"without the connecting span":       {platform, wrap(failedCharge("3", parent("2")))},
		"without it, Next.js first":         {wrap(failedCharge("3", parent("2"))), platform},
		"the connecting span arrives later": {platform, wrap(failedCharge("3", parent("2"))), wrap(at("2", parent("1"), "invoke", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counted := apart(t, deliveries...)
			assert.Contains(t, counted, oneFailedCharge)
			assert.Len(t, counted, 2, "a request and its latency")
		})
	}
}

func TestNestedServerSpansAreOneRequest(t *testing.T) {
	t.Parallel()
	for name, deliveries := range map[string][]string{
		"Next.js within two, the outer one later":      {wrap(serverSpan("2", parent("1")), nextSpan("3", parent("2"))), wrap(serverSpan("1", ""))},
		"another span between them, in one delivery":   {wrap(serverSpan("1", ""), at("2", parent("1"), "x", ""), serverSpan("3", parent("2")))},
		"another span between them, in two deliveries": {wrap(serverSpan("1", ""), at("2", parent("1"), "x", "")), wrap(serverSpan("3", parent("2")))},
		"a chain, the innermost first":                 {wrap(serverSpan("3", parent("2"))), wrap(serverSpan("2", parent("1"))), wrap(serverSpan("1", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, []string{itsLatency, oneRequest}, apart(t, deliveries...))
		})
	}
}

func TestTheOutermostServerSpanIsCompletedByInnerOnes(t *testing.T) {
	t.Parallel()
	outer, inner := withoutEnvironment(bareSpan("1", "")), wrap(serverSpan("2", parent("1")))
	want := strings.NewReplacer(`method="GET"`, `method="POST"`).Replace(oneRequest)
	assert.Contains(t, apart(t, outer, inner), want)
	assert.Contains(t, apart(t, inner, outer), want)
}

func TestRequestsInOneTraceAllCount(t *testing.T) {
	t.Parallel()
	first, second := []string{bareSpan("1", parent("9")), nextSpan("2", parent("1"))}, []string{later(bareSpan("3", parent("9"))), later(nextSpan("4", parent("3")))}
	for name, deliveries := range map[string][]string{
		"in sequence":                          {wrap(first[0]), wrap(first[1]), wrap(second[0]), wrap(second[1])},
		"the spans of the platform first":      {wrap(first[0]), wrap(second[0]), wrap(first[1]), wrap(second[1])},
		"the second from a server span":        {wrap(nextSpan("2", parent("1")), later(serverSpan("3", parent("9"))))},
		"the second from a server span, first": {wrap(later(serverSpan("3", parent("9")))), wrap(nextSpan("2", parent("1")))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, apart(t, deliveries...), strings.Replace(oneRequest, "} 1", "} 2", 1))
		})
	}
}

func TestALateSpanDoesNotCountAgain(t *testing.T) {
	t.Parallel()
	for name, deliveries := range map[string][2]string{
		"Next.js after the platform":                {wrap(serverSpan("1", "")), wrap(nextSpan("2", parent("1")))},
		"Next.js, without the connecting span":      {wrap(serverSpan("1", "")), wrap(nextSpan("3", parent("2")))},
		"an inner server":                           {wrap(serverSpan("1", "")), wrap(serverSpan("2", parent("1")))},
		"an outer server":                           {wrap(serverSpan("2", parent("1"))), wrap(serverSpan("1", ""))},
		"the platform after Next.js":                {wrap(nextSpan("2", parent("1"))), wrap(serverSpan("1", ""))},
		"the platform, without the connecting span": {wrap(nextSpan("3", parent("2"))), wrap(serverSpan("1", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := startWaiting(t)
				draintest.Handle(t, f, deliveries[0])
				time.Sleep(wait / 2)
				draintest.Handle(t, f, wrap(at("8", "", "keeps the trace", "")))
				time.Sleep(wait - time.Second)
				assert.Equal(t, []string{itsLatency, oneRequest}, f.counted(t), "the first span waits for the configured time only")
				draintest.Handle(t, f, deliveries[1])
				time.Sleep(2 * wait)
				assert.Equal(t, append([]string{itsLatency, oneRequest}, lateBy(14)...), f.counted(t))
			})
		})
	}
}

func TestTooManyWaitingSpansAreFlushedEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t) // at most 1000 spans wait
		for i := range 1001 {
			draintest.Handle(t, f, strings.ReplaceAll(wrap(nextSpan("1", "")), "7bba9f33312b3dbb8b2c2c62bb7abe01", fmt.Sprintf("%032x", i+1)))
		}
		assert.Equal(t, []string{
			itsLatency, oneRequest, `marketplace_vercel_spans_flushed_early_total{} 1`,
		}, f.counted(t), "the oldest span")
		time.Sleep(wait)
		assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 1001", 1))
		assert.Contains(t, f.counted(t), `marketplace_vercel_spans_flushed_early_total{} 1`)
	})
}

func TestALongTraceDoesNotAccumulateSpans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t)
		for i := range 2000 { // more than may wait at once
			draintest.Handle(t, f, strings.ReplaceAll(wrap(nextSpan("1", "")), `"0000000000000001"`, fmt.Sprintf(`"%016x"`, i+1)))
			time.Sleep(time.Second)
		}
		assert.NotContains(t, strings.Join(f.counted(t), "\n"), "spans_flushed_early")
	})
}

// TestTheOrderOfArrivalDoesNotMatter distributes the spans of two requests over deliveries at
// random. One request calls another server and itself.
func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	t.Parallel()
	spans := []string{
		bareSpan("1", ""), at("2", parent("1"), "invoke", ""), failedCharge("3", parent("2")), at("4", parent("3"), "handler", ""),
		fetchSpan("5", parent("4")), clientSpan("6", parent("5")), serverSpan("7", parent("6")), nextSpan("8", parent("7")),
	}
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		batches := make([][]string, 1+random.IntN(5))
		for _, i := range random.Perm(len(spans)) {
			to := random.IntN(len(batches))
			batches[to] = append(batches[to], spans[i])
		}
		var deliveries []string
		for _, some := range batches {
			deliveries = append(deliveries, wrap(some...))
		}
		counted := apart(t, deliveries...)
		assert.Contains(t, counted, oneFailedCharge, deliveries)
		assert.Contains(t, counted, oneRequest, deliveries)
		assert.Contains(t, counted, oneCall, deliveries)
		assert.Len(t, counted, 6, deliveries)
		if t.Failed() {
			return
		}
	}
}

func TestEachSpanHasItsOwnWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t)
		draintest.Handle(t, f, wrap(at("9", "", "an early span", "")))
		time.Sleep(wait - time.Second)
		draintest.Handle(t, f, withoutEnvironment(bareSpan("1", "")))
		time.Sleep(2 * time.Second)
		assert.Empty(t, f.counted(t), "only the early span has been flushed")
		time.Sleep(wait - 3*time.Second)
		draintest.Handle(t, f, wrap(failedCharge("2", parent("1"))))
		time.Sleep(wait)
		assert.Contains(t, f.counted(t), oneFailedCharge)
		assert.Len(t, f.counted(t), 2)
	})
}

func TestNestedRequestsAndCallsAllCount(t *testing.T) {
	t.Parallel()
	counted := apart(t, wrap(
		serverSpan("1", ""), clientSpan("2", parent("1")), // calls itself,
		serverSpan("3", parent("2")), clientSpan("4", parent("3")), // which calls another
	))
	assert.Contains(t, counted, strings.Replace(oneRequest, "} 1", "} 2", 1))
	assert.Contains(t, counted, strings.Replace(oneCall, "} 1", "} 2", 1))
}

func TestConcurrentRequestsInOneTraceAllCount(t *testing.T) {
	t.Parallel()
	two := strings.Replace(oneRequest, "} 1", "} 2", 1)
	for name, deliveries := range map[string][]string{
		"one from Next.js, another from a server span only": {wrap(serverSpan("1", parent("9")), nextSpan("2", parent("1")), serverSpan("3", parent("9")))},
		"two of the platform, one of Next.js":               {wrap(serverSpan("1", parent("9")), serverSpan("3", parent("9")), nextSpan("5", parent("8")))},
		"one of the platform, two of Next.js":               {wrap(serverSpan("1", parent("9")), nextSpan("4", parent("7")), nextSpan("5", parent("8")))},
		"a root of Next.js without a parent":                {wrap(serverSpan("3", parent("2"))), wrap(nextSpan("1", ""))},
	} {
		assert.Contains(t, apart(t, deliveries...), two, name)
	}
}

func TestACountedSpanCoversOneLateSpan(t *testing.T) {
	t.Parallel()
	late := func(t *testing.T, first string, others ...string) (counted []string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			f := startWaiting(t)
			draintest.Handle(t, f, first)
			time.Sleep(wait / 2)
			draintest.Handle(t, f, wrap(at("9", "", "keeps the trace", "")))
			time.Sleep(wait/2 + time.Second)
			f.counted(t)
			draintest.Handle(t, f, wrap(others...))
			time.Sleep(2 * wait)
			counted = f.counted(t)
		})
		return counted
	}
	outer := strings.Replace(oneCall, "server_error", "unknown", 1)
	assert.Equal(t, append([]string{itsTime, outer}, lateBy(11)...), late(t, wrap(fetchSpan("1", "")), clientSpan("2", parent("1"))))
	assert.Contains(t, late(t, wrap(fetchSpan("1", "")), clientSpan("2", parent("1")), clientSpan("3", parent("1"))), oneCall, "the call was retried")
	two := strings.Replace(oneRequest, "} 1", "} 2", 1)
	assert.Contains(t, late(t, wrap(serverSpan("1", parent("8"))), nextSpan("3", parent("2")), nextSpan("5", parent("4"))), two)
	assert.Contains(t, late(t, wrap(serverSpan("1", parent("8"))), nextSpan("3", "")), two, "a request of its own")
}

func TestTheOuterServerSpanKeepsItsValues(t *testing.T) {
	t.Parallel()
	inner := strings.NewReplacer(`"intValue":200`, `"intValue":404`, "GET /api/prompts", "POST /api/auth/login").Replace(serverSpan("2", parent("1")))
	assert.Equal(t, []string{itsLatency, oneRequest}, apart(t, wrap(serverSpan("1", ""), inner)))
}

func TestLongChainsAndLoops(t *testing.T) {
	t.Parallel()
	f := start(t)
	var spans []string
	for i := range 90 {
		span := serverSpan("1", parent("2"))
		spans = append(spans, strings.NewReplacer(parent("1"), fmt.Sprintf("%016x", i+0x1001), parent("2"), fmt.Sprintf("%016x", i+0x1002)).Replace(span))
	}
	draintest.Handle(t, f, wrap(append(spans, nextSpan("a", parent("b")), nextSpan("b", parent("a")))...))
	assert.NotEmpty(t, f.counted(t))
}
