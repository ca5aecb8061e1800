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
		p := newPending(time.Second, 10)
		one := entry{ref: ref{trace: traceID{1}, id: spanID{1}}, role: nextRoot}
		assert.Empty(t, p.add([]entry{one, {ref: ref{trace: traceID{1}, id: spanID{2}}}}))
		assert.Empty(t, p.add([]entry{{ref: ref{trace: traceID{2}, id: spanID{1}}}}))
		assert.Len(t, p.traces, 2)
		assert.Equal(t, 3, p.spans)
		time.Sleep(time.Second)
		assert.Len(t, p.due(), 1)
		assert.Empty(t, p.traces)
		assert.Empty(t, p.queue)
		assert.Zero(t, p.spans)
	})
}
