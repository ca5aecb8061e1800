package kpi

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// kpi is one definition with its schedule and its latest result.
type kpi struct {
	*source.Periodic

	run     func(context.Context) (Result, error)
	removed context.Context // ends when a reload removes the entry, even while its query runs
	remove  context.CancelFunc

	// Owned by Source.Run.
	due   time.Time     // of the next run; zero before the first
	retry time.Duration // the delay after the latest failure

	mu         sync.Mutex
	definition Definition
	latest     Result        // of the latest successful run
	took       time.Duration // of the latest run, successful or not
}

func newKPI(d Definition, db Database) *kpi {
	k := &kpi{definition: d}
	k.run = func(ctx context.Context) (Result, error) { return k.current().Run(ctx, db) }
	k.removed, k.remove = context.WithCancel(context.Background())
	k.Periodic = source.Every(d.Interval, d.MaxAge, runner{k})
	return k
}

// runner is the source that the Periodic of a kpi collects. The kpi itself replays the result.
type runner struct{ *kpi }

// Name implements source.Source.
func (r runner) Name() string { return r.current().Name }

// Descs implements source.Source.
func (r runner) Descs() []metric.Desc { return []metric.Desc{r.current().desc()} }

// Collect implements source.Source by running the query.
func (r runner) Collect(ctx context.Context, ch chan<- prometheus.Metric) (err error) {
	d := r.current()
	defer failure.Recover(d.Name, &err)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.removed, cancel)()
	started := time.Now()
	result, err := r.run(ctx)
	r.finish(result, time.Since(started), err)
	if err != nil {
		return err
	}
	desc := d.desc()
	for _, row := range result.Rows {
		ch <- desc.Metric(row.Value, row.Labels...)
	}
	return nil
}

func (k *kpi) finish(result Result, took time.Duration, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.took = took
	if err == nil {
		k.latest = result
	}
}

func (k *kpi) current() Definition {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.definition
}

// move updates the position of an unchanged entry, for later errors.
func (k *kpi) move(to position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.definition.position = to
}

func (k *kpi) last() (Result, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.latest, k.took
}
