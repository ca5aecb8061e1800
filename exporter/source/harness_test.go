package source_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// fake is a source whose Collect is a function of the test.
type fake struct {
	name    string
	calls   atomic.Int64
	collect func(ctx context.Context, send func(value float64, label string)) error
}

func (f *fake) Name() string { return f.name }

func (f *fake) desc() metric.Desc { return metric.NewGauge("fake_"+f.name, "A test value.", "label") }

func (f *fake) Descs() []metric.Desc { return []metric.Desc{f.desc()} }

func (f *fake) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	f.calls.Add(1)
	return f.collect(ctx, func(value float64, label string) { ch <- f.desc().Metric(value, label) })
}

// Parts makes the fake a poll with one part.
func (f *fake) Parts() []source.Part { return []source.Part{{Collect: f.Collect}} }

func healthy(name string) *fake {
	return &fake{name: name, collect: func(_ context.Context, send func(float64, string)) error {
		send(1, "")
		return nil
	}}
}

// slow returns the source a, which finishes after d, or fails if its context ends before.
func slow(d time.Duration) *fake {
	return &fake{name: "a", collect: func(ctx context.Context, send func(float64, string)) error {
		send(1, "early")
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// newSet returns a set with the given collection timeout and cache duration.
func newSet(t *testing.T, timeout, cache time.Duration, sources ...source.Source) *source.Set {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	return source.NewSet(t.Context(), logger, source.Limits{Timeout: timeout, CacheDuration: cache}, sources...)
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
