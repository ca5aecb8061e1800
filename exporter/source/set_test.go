package source_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// fake is a source whose answer a test makes up.
type fake struct {
	name    string
	calls   atomic.Int64
	collect func(ctx context.Context, send func(value float64, label string)) error
}

func (f *fake) Name() string { return f.name }

func (f *fake) desc() *prometheus.Desc {
	return prometheus.NewDesc("fake_"+f.name, "Made up.", []string{"label"}, nil)
}

func (f *fake) Describe(ch chan<- *prometheus.Desc) { ch <- f.desc() }

func (f *fake) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	f.calls.Add(1)
	return f.collect(ctx, func(value float64, label string) {
		ch <- prometheus.MustNewConstMetric(f.desc(), prometheus.GaugeValue, value, label)
	})
}

func healthy(name string) *fake {
	return &fake{name: name, collect: func(_ context.Context, send func(float64, string)) error {
		send(1, "")
		return nil
	}}
}

// slow answers after d, or fails when it is told to stop before.
func slow(name string, d time.Duration) *fake {
	return &fake{name: name, collect: func(ctx context.Context, send func(float64, string)) error {
		send(1, "early")
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

func newSet(t *testing.T, share time.Duration, sources ...source.Source) *source.Set {
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	return source.NewSet(t.Context(), logger, source.Limits{Longest: time.Minute, Share: share}, sources...)
}

func gather(t *testing.T, set *source.Set, timeout time.Duration) map[string]*dto.MetricFamily {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	families, err := set.Gather(ctx)
	require.NoError(t, err)
	byName := map[string]*dto.MetricFamily{}
	for _, family := range families {
		byName[family.GetName()] = family
	}
	return byName
}

// value returns the sample of family that has all of the label values.
func value(t *testing.T, family *dto.MetricFamily, labels ...string) float64 {
	t.Helper()
	for _, metric := range family.GetMetric() {
		found := map[string]bool{}
		for _, pair := range metric.GetLabel() {
			found[pair.GetValue()] = true
		}
		all := true
		for _, label := range labels {
			all = all && found[label]
		}
		if all {
			return metric.GetGauge().GetValue() + metric.GetCounter().GetValue()
		}
	}
	require.Failf(t, "no such sample", "%v in %v", labels, family)
	return 0
}

func TestScrapesAtOnceShareOneCollection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow("a", time.Second)
		set := newSet(t, 0, s)
		var scrapes sync.WaitGroup
		for range 20 {
			scrapes.Go(func() { require.Contains(t, gather(t, set, 10*time.Second), "fake_a") })
		}
		scrapes.Wait()
		require.EqualValues(t, 1, s.calls.Load())
		gather(t, set, 10*time.Second)
		require.EqualValues(t, 2, s.calls.Load(), "a scrape that comes after the collection starts its own")
	})
}

func TestACollectionIsSharedForAWhileAfterItEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := healthy("a")
		set := newSet(t, 8*time.Second, s)
		for range 4 { // two Prometheus servers, 15 s apart each, 7 s from one another
			gather(t, set, time.Second)
			time.Sleep(7 * time.Second)
			gather(t, set, time.Second)
			time.Sleep(8 * time.Second)
		}
		require.EqualValues(t, 4, s.calls.Load())
	})
}

func TestAFailedCollectionIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(context.Context, func(float64, string)) error { return errors.New("down") }}
		set := newSet(t, 8*time.Second, s)
		gather(t, set, time.Second)
		gather(t, set, time.Second)
		require.EqualValues(t, 2, s.calls.Load())
	})
}

func TestASlowSourceDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := newSet(t, 0, slow("a", time.Hour), healthy("b"))
		started := time.Now()
		families := gather(t, set, 10*time.Second)
		require.LessOrEqual(t, time.Since(started), 10*time.Second)
		require.Contains(t, families, "fake_b")
		require.Contains(t, families, "fake_a", "what it said before its deadline counts")
		require.Zero(t, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "b"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failures_total"], "a", "timeout"))
	})
}

func TestASourceThatDoesNotStopIsAbandonedAndNotAskedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		deaf := &fake{name: "a", collect: func(context.Context, func(float64, string)) error {
			<-release
			return nil
		}}
		set := newSet(t, 0, deaf, healthy("b"))
		for range 3 {
			families := gather(t, set, 2*time.Second)
			require.Contains(t, families, "fake_b")
			time.Sleep(time.Second)
		}
		require.EqualValues(t, 1, deaf.calls.Load())
		close(release)
		synctest.Wait()
		require.EqualValues(t, 1, value(t, gather(t, set, time.Second)["marketplace_source_up"], "a"))
	})
}

func TestAClientThatHangsUpLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow("a", 3*time.Second)
		set := newSet(t, 0, s)
		ctx, hangUp := context.WithTimeout(t.Context(), 10*time.Second)
		go func() {
			time.Sleep(time.Second)
			hangUp()
		}()
		_, err := set.Gather(ctx)
		require.NoError(t, err)
		families := gather(t, set, 10*time.Second) // joins the collection that the other one started
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, s.calls.Load())
		hangUp()
	}) // synctest fails if a goroutine is left
}

func TestAPartThatFailsLeavesTheSourceUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		problem := failure.OfPart("statements", failure.PermissionDenied, errors.New("no"))
		s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
			send(1, "")
			return errors.Join(problem, nil)
		}}
		set := newSet(t, 0, s)
		families := gather(t, set, time.Second)
		require.Contains(t, families, "fake_a")
		require.EqualValues(t, 1, value(t, families["marketplace_source_up"], "a"))
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "statements", "permission_denied"))
		problem = nil
		require.NotContains(t, gather(t, set, time.Second), "marketplace_source_failing")
	})
}

func TestASeriesThatComesTwiceCostsOnlyItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
			send(1, "same")
			send(2, "same")
			send(3, "other")
			return nil
		}}
		families := gather(t, newSet(t, 0, s, healthy("b")), time.Second)
		require.Len(t, families["fake_a"].GetMetric(), 2)
		require.Contains(t, families, "fake_b")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "duplicate"))
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fake{name: "a", collect: func(context.Context, func(float64, string)) error { panic("oops") }}
		families := gather(t, newSet(t, 0, s, healthy("b")), time.Second)
		require.Contains(t, families, "fake_b")
		require.EqualValues(t, 1, value(t, families["marketplace_source_failing"], "a", "internal"))
	})
}
