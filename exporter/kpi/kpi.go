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

// kpi is one definition as a source, and the clock that it runs on.
type kpi struct {
	*source.Periodic

	db     Database
	limits database.Limits
	turn   chan struct{} // holds one token: KPIs run one after another

	mu         sync.Mutex
	definition Definition
	latest     Answer        // of the latest run that succeeded
	took       time.Duration // of the latest run, whether it succeeded or not
}

func newKPI(d Definition, db Database, limits database.Limits, turn chan struct{}) *kpi {
	k := &kpi{db: db, limits: limits, turn: turn, definition: d}
	k.Periodic = source.Every(d.Interval, d.MaxAge, query{k})
	return k
}

// query is the side of a kpi that its clock sees; the other side replays.
type query struct{ *kpi }

// Name implements source.Source.
func (q query) Name() string { return q.current().Name }

// Descs implements source.Source.
func (q query) Descs() []metric.Desc {
	return []metric.Desc{metric.Typed(q.current().desc(), prometheus.GaugeValue)}
}

// Collect asks the database. Waiting for the turn is not part of a run's time: a cheap KPI must not time out because a
// costly one is before it.
func (q query) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	d := q.current()
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-ctx.Done():
		return d.failed(failure.Timeout, fmt.Errorf("waiting for the KPIs before it: %w", ctx.Err()))
	}
	started := time.Now()
	answer, err := d.Ask(ctx, q.db, q.limits)
	q.ran(answer, time.Since(started), err)
	if err != nil {
		return err
	}
	desc := d.desc()
	for _, row := range answer.Rows {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, row.Value, row.Labels...)
	}
	return nil
}

func (k *kpi) ran(answer Answer, took time.Duration, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.took = took
	if err == nil {
		k.latest = answer
	}
}

func (k *kpi) current() Definition {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.definition
}

// moved takes note of where an unchanged entry stands now, for the errors to come.
func (k *kpi) moved(file string, line int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.definition.File, k.definition.Line = file, line
}

func (k *kpi) last() (Answer, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.latest, k.took
}
