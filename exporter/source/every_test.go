package source_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// replayed returns the number of metrics that a scrape gets, and its error.
func replayed(t *testing.T, p *source.Periodic) (int, error) {
	t.Helper()
	ch := make(chan prometheus.Metric, 10)
	err := p.Collect(t.Context(), ch)
	return len(ch), err
}

func TestPeriodicSourceIsCollectedAtItsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := healthy("a")
		p := source.Every(time.Minute, 3*time.Minute, s)
		ctx, stop := context.WithCancel(t.Context())
		go p.Run(ctx)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		for range 5 {
			n, err := replayed(t, p)
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
		require.InDelta(t, 11, s.calls.Load(), 1, "once at the start and once a minute, independent of scrapes")
		stop()
	})
}

func TestLatestSuccessIsServedUpToItsMaximumAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		s := &fake{name: "a"}
		s.collect = func(_ context.Context, send func(float64, string)) error {
			if broken.Load() {
				send(-1, "partial")
				return errors.New("down")
			}
			send(1, "")
			return nil
		}
		p := source.Every(time.Minute, 3*time.Minute, s)
		ctx, stop := context.WithCancel(t.Context())
		go p.Run(ctx)
		time.Sleep(time.Second)
		broken.Store(true)
		time.Sleep(2 * time.Minute)
		n, err := replayed(t, p)
		require.Error(t, err, "scrapes get the error")
		require.Equal(t, 1, n, "and the metrics of the latest success")
		time.Sleep(2 * time.Minute)
		n, _ = replayed(t, p)
		require.Zero(t, n, "metrics older than the maximum age are dropped")
		broken.Store(false)
		time.Sleep(5 * time.Minute)
		n, err = replayed(t, p)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		stop()
	})
}

func TestSourceHasFailedUntilItsFirstCollectionEnds(t *testing.T) {
	p := source.Every(time.Minute, 3*time.Minute, healthy("a"))
	_, err := replayed(t, p)
	require.ErrorContains(t, err, "the first collection has not ended")
}

func TestBackoffIsCappedForWeeks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		s := &fake{name: "a"}
		s.collect = func(_ context.Context, send func(float64, string)) error {
			if broken.Load() {
				return errors.New("down")
			}
			send(1, "")
			return nil
		}
		p := source.Every(time.Minute, 3*time.Minute, s)
		ctx, stop := context.WithCancel(t.Context())
		go p.Run(ctx)
		time.Sleep(150 * time.Second)
		synctest.Wait()
		require.InDelta(t, 2, s.calls.Load(), 0, "at the start and after a minute; the next one 2 minutes later")
		time.Sleep(6 * 7 * 24 * time.Hour)
		synctest.Wait()
		require.InDelta(t, 4032-98, s.calls.Load(), 50, "every 15 minutes for six weeks, and up to 45 seconds of jitter")
		broken.Store(false)
		time.Sleep(15*time.Minute + 45*time.Second)
		n, err := replayed(t, p)
		require.NoError(t, err)
		require.Equal(t, 1, n, "at the latest 15 minutes after the outage, and the jitter")
		before := s.calls.Load()
		time.Sleep(10 * time.Minute)
		require.InDelta(t, before+10, s.calls.Load(), 1, "at the interval again")
		stop()
	})
}
