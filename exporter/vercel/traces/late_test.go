package traces_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/exporter/vercel/traces"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// late returns the samples of late spans, or nothing if there are none.
func late(t *testing.T, f fixture) (samples []string) {
	t.Helper()
	for _, sample := range f.counted(t) {
		if strings.Contains(sample, "_late") {
			samples = append(samples, sample)
		}
	}
	return samples
}

func lateBy(seconds int) []string {
	return []string{`marketplace_vercel_late_spans_total{} 1`, fmt.Sprintf(`marketplace_vercel_span_lateness_seconds{} 1 %d`, seconds)}
}

func TestASpanAfterTheWaitDoesNotCountAgain(t *testing.T) {
	t.Parallel()
	connecting := at("2", parent("1"), "invoke", "")
	for name, deliveries := range map[string][2]string{
		"the platform after Next.js":            {wrap(nextSpan("2", parent("1"))), wrap(serverSpan("1", ""))},
		"without the connecting span":           {wrap(nextSpan("3", parent("2"))), wrap(serverSpan("1", ""))},
		"the connecting span with Next.js":      {wrap(connecting, nextSpan("3", parent("2"))), wrap(serverSpan("1", ""))},
		"the connecting span with the platform": {wrap(nextSpan("3", parent("2"))), wrap(connecting, serverSpan("1", ""))},
		"Next.js after the platform":            {wrap(serverSpan("1", "")), wrap(nextSpan("2", parent("1")))},
		"Next.js without the connecting span":   {wrap(serverSpan("1", "")), wrap(nextSpan("3", parent("2")))},
		"an outer server":                       {wrap(serverSpan("2", parent("1"))), wrap(serverSpan("1", ""))},
		"an inner server":                       {wrap(serverSpan("1", "")), wrap(serverSpan("2", parent("1")))},
		"an outer server around two":            {wrap(serverSpan("2", parent("1")), nextSpan("3", parent("2"))), wrap(serverSpan("1", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := startWaiting(t)
				draintest.Handle(t, f, deliveries[0])
				time.Sleep(25 * time.Second)
				assert.Equal(t, []string{itsLatency, oneRequest}, f.counted(t))
				draintest.Handle(t, f, deliveries[1])
				time.Sleep(2 * wait)
				assert.Subset(t, f.counted(t), []string{itsLatency, oneRequest})
				assert.Equal(t, lateBy(25), late(t, f))
			})
		})
	}
}

func TestALateCallDoesNotCountAgain(t *testing.T) {
	t.Parallel()
	connecting := at("3", parent("1"), "tls", "")
	for name, deliveries := range map[string][2]string{
		"the outer call":                          {wrap(clientSpan("2", parent("1"))), wrap(fetchSpan("1", ""))},
		"the outer call, with a connecting span":  {wrap(connecting, clientSpan("2", parent("3"))), wrap(fetchSpan("1", ""))},
		"the outer call, in a request":            {wrap(nextSpan("8", ""), clientSpan("2", parent("1"))), wrap(fetchSpan("1", parent("8")))},
		"the inner call, after an unknown status": {wrap(fetchSpan("1", "")), wrap(clientSpan("2", parent("1")))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := startWaiting(t)
				draintest.Handle(t, f, deliveries[0])
				time.Sleep(time.Minute)
				f.Flush()
				draintest.Handle(t, f, deliveries[1])
				time.Sleep(2 * wait)
				assert.Contains(t, f.counted(t), itsTime)
				assert.Equal(t, lateBy(60), late(t, f))
			})
		})
	}
}

// TestDelaysDoNotCountRequestsTwice delivers the spans of 300 requests with random delays.
func TestDelaysDoNotCountRequestsTwice(t *testing.T) {
	t.Parallel()
	for _, spread := range []time.Duration{20 * time.Second, 40 * time.Second, 4 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			f := startWaiting(t)
			random := rand.New(rand.NewPCG(7, 0))
			type arrival struct {
				after time.Duration
				body  string
			}
			var arrivals []arrival
			const all = 300
			for i := range all {
				trace := strings.NewReplacer("7bba9f33312b3dbb8b2c2c62bb7abe01", fmt.Sprintf("%032x", i+1))
				for _, span := range []string{serverSpan("1", ""), at("2", parent("1"), "invoke", ""), nextSpan("3", parent("2"))} {
					after := time.Duration(i)*time.Second/10 + time.Duration(random.Int64N(int64(spread)))
					arrivals = append(arrivals, arrival{after, trace.Replace(wrap(span))})
				}
			}
			slices.SortFunc(arrivals, func(a, b arrival) int { return int(a.after - b.after) })
			began := time.Now()
			for _, a := range arrivals {
				time.Sleep(time.Until(began.Add(a.after)))
				draintest.Handle(t, f, a.body)
			}
			time.Sleep(2 * wait)
			assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 300", 1), spread)
		})
	}
}

func TestALaterRequestOfATraceCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t)
		draintest.Handle(t, f, wrap(serverSpan("1", parent("9")), nextSpan("2", parent("1"))))
		time.Sleep(time.Minute)
		draintest.Handle(t, f, wrap(later(serverSpan("3", parent("9"))), later(nextSpan("4", parent("3")))))
		time.Sleep(time.Minute)
		assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 2", 1))
		assert.Empty(t, late(t, f))
	})
}

func TestCountedSpansAreKeptForTheDeduplicationWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startWaiting(t)
		draintest.Handle(t, f, wrap(nextSpan("2", parent("1"))))
		time.Sleep(10*time.Minute + 2*wait) // the window of the tests
		f.Flush()
		draintest.Handle(t, f, wrap(serverSpan("1", "")))
		time.Sleep(2 * wait)
		assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 2", 1), "the first span is no longer known")
		assert.Empty(t, late(t, f))
	})
}

func TestCountedSpansMakeRoomForWaitingOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := fixture{requests: requests.New(draintest.Lists(t))}
		f.Drain = traces.New(traces.Options{
			Options: row.Options{MaxRows: 100, Lists: draintest.Lists(t), Dedupe: draintest.Window()}, Requests: f.requests, Wait: wait, MaxWaiting: 10,
		})
		deliver := func(i int, span string) {
			draintest.Handle(t, f, strings.ReplaceAll(wrap(span), "7bba9f33312b3dbb8b2c2c62bb7abe01", fmt.Sprintf("%032x", i)))
		}
		for i := range 30 {
			deliver(i+1, nextSpan("2", parent("1")))
			time.Sleep(2 * wait)
		}
		assert.NotContains(t, strings.Join(f.counted(t), "\n"), "flushed_early")
		deliver(30, serverSpan("1", ""))
		deliver(1, serverSpan("1", ""))
		time.Sleep(2 * wait)
		assert.Equal(t, lateBy(20), late(t, f), "the oldest is no longer known")
		assert.Contains(t, f.counted(t), strings.Replace(oneRequest, "} 1", "} 31", 1))
	})
}
