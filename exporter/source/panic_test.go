package source_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// runner is a source with background work that is a function of the test.
type runner struct {
	*fake
	run func(ctx context.Context)
}

func (r runner) Run(ctx context.Context) { r.run(ctx) }

func TestPanicInRunIsAFailureOfTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var runs atomic.Int64
		s := runner{healthy("a"), func(ctx context.Context) {
			if runs.Add(1) == 1 {
				panic("oops")
			}
			<-ctx.Done()
		}}
		set := source.NewSet(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), source.Limits{Timeout: time.Minute}, s, healthy("b"))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { set.Run(ctx); close(ended) }()
		synctest.Wait()

		families := gather(t, set, time.Second)
		require.Contains(t, families, "fake_a", "metrics of the source are served")
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failures_total"], "a", "internal"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "b"))
		require.Contains(t, log.String(), "TestPanicInRunIsAFailureOfTheSource.func1.1 (panic_test.go:32): oops", "the log names the place")

		time.Sleep(2 * time.Minute)
		require.EqualValues(t, 2, runs.Load(), "the work is started again")
		require.EqualValues(t, 1, value(t, gather(t, set, time.Second)["marketplace_source_up"], "a"))
		stop()
		<-ended
	})
}

// polled is a source that only polls.
type polled struct{ *source.Periodic }

func (polled) Name() string { return "a" }

func TestPanicInAPeriodicCollectIsAFailureOfTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
			if broken.Load() {
				panic("oops")
			}
			send(1, "")
			return nil
		}}
		p := source.Every(time.Minute, time.Hour, s)
		set := newSet(t, time.Second, 0, polled{p})
		ctx, stop := context.WithCancel(t.Context())
		go set.Run(ctx)
		time.Sleep(time.Second)
		broken.Store(true)
		time.Sleep(65 * time.Second) // the interval and the jitter

		families := gather(t, set, time.Second)
		require.Contains(t, families, "fake_a", "the latest success is served")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "internal"))
		broken.Store(false)
		time.Sleep(65 * time.Second) // the interval and the jitter
		require.EqualValues(t, 1, value(t, gather(t, set, time.Second)["marketplace_source_up"], "a"))
		stop()
	})
}

// undescribed is a source that panics when it is described.
type undescribed struct{ *fake }

func (undescribed) Descs() []metric.Desc { panic("oops") }

func TestPanicInDescsIsAFailureOfTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		families := gather(t, newSet(t, time.Second, 0, undescribed{healthy("a")}, healthy("b")), time.Second)
		require.Contains(t, families, "fake_b")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "internal"))
	})
}
