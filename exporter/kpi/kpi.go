package kpi

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// kpi is one definition as a source that runs on its own interval.
type kpi struct {
	*source.Periodic

	db     Database
	limits database.Limits
	slot   chan struct{} // of capacity 1 and shared by all KPIs, which run one after another

	mu         sync.Mutex
	definition Definition
	latest     Result        // of the latest successful run
	took       time.Duration // of the latest run, successful or not
}

func newKPI(d Definition, db Database, limits database.Limits, slot chan struct{}) *kpi {
	k := &kpi{db: db, limits: limits, slot: slot, definition: d}
	k.Periodic = source.Every(d.Interval, d.MaxAge, runner{k})
	return k
}

// runner is the source that the Periodic of a kpi collects. The kpi itself replays the result.
type runner struct{ *kpi }

// Name implements source.Source.
func (r runner) Name() string { return r.current().Name }

// Descs implements source.Source.
func (r runner) Descs() []metric.Desc { return []metric.Desc{r.current().desc()} }

// Collect implements source.Source by running the query. The timeout of the query begins after the
// wait for the slot, so that an expensive KPI does not use up the timeout of a cheap one.
func (r runner) Collect(ctx context.Context, ch chan<- prometheus.Metric) (err error) {
	d := r.current()
	defer failure.Recover(d.Name, &err)
	select {
	case r.slot <- struct{}{}:
		defer func() { <-r.slot }()
	case <-ctx.Done():
		return d.failed(failure.Timeout, fmt.Errorf("waiting for other KPIs: %w", ctx.Err()))
	}
	started := time.Now()
	result, err := d.Run(ctx, r.db, r.limits)
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
