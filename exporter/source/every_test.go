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

// replayed returns how many metrics a scrape gets, and the error it is told.
func replayed(t *testing.T, p *source.Periodic) (int, error) {
	t.Helper()
	ch := make(chan prometheus.Metric, 10)
	err := p.Collect(t.Context(), ch)
	return len(ch), err
}

func TestAPeriodicSourceIsAskedOnItsOwnClock(t *testing.T) {
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
		require.InDelta(t, 11, s.calls.Load(), 1, "once at the start and once a minute, whatever the scrapes")
		stop()
	})
}

func TestTheLastGoodValueOutlivesErrorsUpToItsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		s := &fake{name: "a"}
		s.collect = func(_ context.Context, send func(float64, string)) error {
			if broken.Load() {
				send(-1, "half an answer")
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
		require.Error(t, err, "an error is told")
		require.Equal(t, 1, n, "and takes no good value's place")
		time.Sleep(2 * time.Minute)
		n, _ = replayed(t, p)
		require.Zero(t, n, "a value older than its age is dropped")
		broken.Store(false)
		time.Sleep(time.Minute)
		n, err = replayed(t, p)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		stop()
	})
}

func TestAfterAFailureItIsAskedSooner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		s := &fake{name: "a"}
		s.collect = func(_ context.Context, send func(float64, string)) error {
			if attempts++; attempts == 1 {
				return errors.New("the database was restarting")
			}
			send(1, "")
			return nil
		}
		p := source.Every(time.Hour, 3*time.Hour, s)
		ctx, stop := context.WithCancel(t.Context())
		go p.Run(ctx)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		n, err := replayed(t, p)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		stop()
	})
}

func TestAReloadLosesNoGoodValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		earlier := source.Every(time.Minute, 3*time.Minute, healthy("a"))
		ctx, stop := context.WithCancel(t.Context())
		go earlier.Run(ctx)
		synctest.Wait()
		stop()
		next := source.Every(time.Minute, 3*time.Minute, healthy("a"))
		next.Inherit(earlier)
		n, err := replayed(t, next)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		time.Sleep(4 * time.Minute)
		n, _ = replayed(t, next)
		require.Zero(t, n)
	})
}
