package source_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

func TestConcurrentScrapesShareOneCollection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow(time.Second)
		set := newSet(t, time.Minute, 0, s)
		var scrapes sync.WaitGroup
		for range 20 {
			scrapes.Go(func() { require.Contains(t, gather(t, set, 10*time.Second), "fake_a") })
		}
		scrapes.Wait()
		require.EqualValues(t, 1, s.calls.Load())
		gather(t, set, 10*time.Second)
		require.EqualValues(t, 2, s.calls.Load(), "a scrape after the collection starts another")
	})
}

func TestCollectionIsCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := healthy("a")
		set := newSet(t, time.Minute, 8*time.Second, s)
		for range 4 { // two servers that scrape every 15 s, 7 s apart
			gather(t, set, time.Second)
			time.Sleep(7 * time.Second)
			gather(t, set, time.Second)
			time.Sleep(8 * time.Second)
		}
		require.EqualValues(t, 4, s.calls.Load())
	})
}

func TestFailedCollectionIsNotCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(context.Context, func(float64, string)) error { return errors.New("down") }}
		set := newSet(t, time.Minute, 8*time.Second, s)
		gather(t, set, time.Second)
		gather(t, set, time.Second)
		require.EqualValues(t, 2, s.calls.Load())
	})
}

func TestSlowSourceDoesNotDelayOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := newSet(t, 10*time.Second, 0, slow(time.Hour), healthy("b"))
		started := time.Now()
		families := gather(t, set, time.Minute)
		require.LessOrEqual(t, time.Since(started), 10*time.Second)
		require.Contains(t, families, "fake_b")
		require.Contains(t, families, "fake_a", "metrics sent before the deadline count")
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "b"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failures_total"], "a", "timeout"))
	})
}

func TestSourceThatIgnoresItsDeadlineIsNotCollectedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &fake{name: "a", collect: func(context.Context, func(float64, string)) error {
			<-release
			return nil
		}}
		set := newSet(t, 2*time.Second, 0, stuck, healthy("b"))
		for range 3 {
			families := gather(t, set, 2*time.Second)
			require.Contains(t, families, "fake_b")
			time.Sleep(time.Second)
		}
		require.EqualValues(t, 1, stuck.calls.Load())
		close(release)
		synctest.Wait()
		require.EqualValues(t, 1, value(t, gather(t, set, time.Second)["marketplace_source_up"], "a"))
	})
}

func TestCanceledScrapeDoesNotEndTheCollection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow(3 * time.Second)
		set := newSet(t, time.Minute, 0, s)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		go func() {
			time.Sleep(time.Second)
			cancel()
		}()
		_, err := set.Gather(ctx)
		require.NoError(t, err)
		families := gather(t, set, 10*time.Second) // joins the collection of the first scrape
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, s.calls.Load())
		cancel()
	}) // synctest fails if a goroutine is left over
}

func TestFailedPartLeavesTheSourceUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		problem := failure.OfPart("statements", failure.PermissionDenied, errors.New("no"))
		s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
			send(1, "")
			return errors.Join(problem, nil)
		}}
		set := newSet(t, time.Minute, 0, s)
		families := gather(t, set, time.Second)
		require.Contains(t, families, "fake_a")
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "statements", "permission_denied"))
		problem = nil
		require.NotContains(t, gather(t, set, time.Second), "marketplace_source_failing")
	})
}

func TestDuplicateSeriesIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
			send(1, "same")
			send(2, "same")
			send(3, "other")
			return nil
		}}
		families := gather(t, newSet(t, time.Minute, 0, s, healthy("b")), time.Second)
		require.Len(t, families["fake_a"].GetMetric(), 2)
		require.Contains(t, families, "fake_b")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "duplicate"))
	})
}

func TestPanicInCollectIsAFailureOfTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(context.Context, func(float64, string)) error { panic("oops") }}
		families := gather(t, newSet(t, time.Minute, 0, s, healthy("b")), time.Second)
		require.Contains(t, families, "fake_b")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "internal"))
	})
}
