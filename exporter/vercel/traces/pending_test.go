package traces

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFinishedTracesAreRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPending(time.Second, time.Minute, 10)
		one := entry{trace: traceID{1}, id: spanID{1}, role: nextRoot}
		assert.Empty(t, p.add([]entry{one, {trace: traceID{1}, id: spanID{2}}}).entries)
		assert.Empty(t, p.add([]entry{{trace: traceID{2}, id: spanID{1}}}).entries)
		assert.Len(t, p.traces, 2)
		assert.Equal(t, 3, p.spans)
		time.Sleep(time.Second)
		assert.Len(t, p.add(nil).entries, 1)
		assert.Len(t, p.traces, 1, "the counted span is kept")
		assert.Empty(t, p.queue)
		assert.Equal(t, 1, p.spans)
		time.Sleep(time.Minute)
		assert.Empty(t, p.add(nil).entries)
		assert.Empty(t, p.traces)
		assert.Empty(t, p.kept)
		assert.Zero(t, p.spans)
	})
}

func TestCountedSpansOfOneTraceAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPending(time.Second, time.Minute, 10_000)
		for i := range 3000 {
			p.add([]entry{{trace: traceID{1}, id: spanID{byte(i), byte(i >> 8)}, role: nextRoot}})
			time.Sleep(time.Second)
			p.add(nil)
			assert.LessOrEqual(t, p.spans, maxKept)
		}
		time.Sleep(time.Minute)
		p.add(nil)
		assert.Zero(t, p.spans)
	})
}

// TestMemoryOfSpans measures the documented memory: of the counted spans of 200,000 requests, and
// of 20,000 waiting requests with 10 spans each.
func TestMemoryOfSpans(t *testing.T) { //nolint:paralleltest // it measures memory
	heap := func() float64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return float64(stats.HeapAlloc)
	}
	before := heap()
	p := newPending(time.Hour, 2*time.Hour, 200_000)
	add := func(requests int) {
		for i := range requests {
			entries := make([]entry, 10)
			for j := range entries {
				entries[j].trace, entries[j].id = traceID{byte(i), byte(i >> 8), byte(i >> 16)}, spanID{byte(j + 1)}
			}
			entries[0].role = nextRoot
			p.add(entries)
			if requests > 20_000 {
				p.settle()
			}
		}
		t.Logf("%d spans in %d traces use %.0f MB", p.spans, len(p.traces), (heap()-before)/1e6)
		assert.InDelta(t, 200_000, p.spans, 10)
		assert.Less(t, heap()-before, 110e6)
	}
	add(200_000)
	add(20_000)
	runtime.KeepAlive(p)
}
