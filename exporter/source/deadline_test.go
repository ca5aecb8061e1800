package source_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestScrapeLeavesAtItsOwnDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := newSet(t, time.Minute, 0, slow(3*time.Second), healthy("b"))
		started := time.Now()
		families := gather(t, set, time.Second)
		require.Equal(t, time.Second, time.Since(started))
		require.Contains(t, families, "fake_b", "finished sources count")
		require.NotContains(t, families, "fake_a")
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "timeout"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "b"))
		require.NotContains(t, families, "marketplace_source_failures_total", "the source itself has not failed")
		time.Sleep(5 * time.Second)
	})
}

func TestShortDeadlineOfOneScrapeDoesNotShortenAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow(3 * time.Second)
		set := newSet(t, 10*time.Second, 0, s)
		gather(t, set, 10*time.Millisecond) // starts the collection
		families := gather(t, set, 10*time.Second)
		require.Contains(t, families, "fake_a")
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "a"))
		require.NotContains(t, families, "marketplace_source_failing")
		require.NotContains(t, families, "marketplace_source_failures_total")
		require.EqualValues(t, 1, s.calls.Load())
	})
}

func TestScrapeThatLeavesEarlyKeepsTheLastSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := newSet(t, 10*time.Second, 0, slow(time.Second))
		gather(t, set, 5*time.Second)
		succeeded := float64(time.Now().Unix())
		families := gather(t, set, 10*time.Millisecond)
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.InDelta(t, succeeded, value(t, families["marketplace_source_last_success_timestamp_seconds"], "a"), 0.001)
		require.EqualValues(t, 1, value(t, families["marketplace_source_duration_seconds"], "a"))
		time.Sleep(2 * time.Second)
	})
}

func TestScrapeThatLeavesEarlyGetsTheLatestResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging := &fake{name: "a", collect: func(ctx context.Context, send func(float64, string)) error {
			<-ctx.Done()
			send(0, "up") // as pg_up 0 of a database that does not respond
			return ctx.Err()
		}}
		set := newSet(t, 10*time.Second, 0, hanging)
		require.NotContains(t, gather(t, set, time.Second), "fake_a", "no collection has ended")
		time.Sleep(15 * time.Second)
		families := gather(t, set, time.Second)
		require.Zero(t, value(t, families["fake_a"], "up"))
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "timeout"))
		time.Sleep(10 * time.Minute)
		require.NotContains(t, gather(t, set, time.Second), "fake_a", "the result is too old")
		time.Sleep(10 * time.Second)
	})
}
