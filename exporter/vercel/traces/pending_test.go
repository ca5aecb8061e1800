package traces

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFinishedTracesAreRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPending(time.Second, time.Minute, 10)
		one := entry{ref: ref{trace: traceID{1}, id: spanID{1}}, role: nextRoot}
		assert.Empty(t, p.add([]entry{one, {ref: ref{trace: traceID{1}, id: spanID{2}}}}).entries)
		assert.Empty(t, p.add([]entry{{ref: ref{trace: traceID{2}, id: spanID{1}}}}).entries)
		assert.Len(t, p.traces, 2)
		assert.Equal(t, 3, p.spans)
		time.Sleep(time.Second)
		assert.Len(t, p.due().entries, 1)
		assert.Len(t, p.traces, 1, "the counted span is kept")
		assert.Empty(t, p.queue)
		assert.Equal(t, 1, p.spans)
		time.Sleep(time.Minute)
		assert.Empty(t, p.due().entries)
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
			p.add([]entry{{ref: ref{trace: traceID{1}, id: spanID{byte(i), byte(i >> 8)}}, role: nextRoot}})
			time.Sleep(time.Second)
			p.due()
			assert.LessOrEqual(t, p.spans, maxKept)
		}
		time.Sleep(time.Minute)
		p.due()
		assert.Zero(t, p.spans)
	})
}
