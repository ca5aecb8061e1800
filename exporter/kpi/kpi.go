package kpi

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// kpi is one definition with its schedule and its latest result.
type kpi struct {
	run     func(context.Context) (Result, error)
	removed context.Context // ends when a reload removes the entry, even while its query runs
	remove  context.CancelFunc

	// Owned by Source.Run.
	due   time.Time     // of the next run; zero before the first
	retry time.Duration // the delay after the latest failure

	mu         sync.Mutex
	definition Definition
	latest     Result        // of the latest successful run
	succeeded  time.Time     // zero before the first successful run
	took       time.Duration // of the latest run, successful or not
	err        error         // of the latest run
}

func newKPI(d Definition, db Database) *kpi {
	k := &kpi{definition: d}
	k.run = func(ctx context.Context) (Result, error) { return k.current().Run(ctx, db) }
	k.removed, k.remove = context.WithCancel(context.Background())
	return k
}

// update runs the query and keeps its outcome.
func (k *kpi) update(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(k.removed, cancel)() //nolint:contextcheck // a second reason to end
	started := time.Now()
	var result Result
	func() {
		defer failure.Recover(k.current().Name, &err)
		result, err = k.run(ctx)
	}()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.took, k.err = time.Since(started), err
	if err == nil {
		k.latest, k.succeeded = result, time.Now()
	}
	return err
}

// collect sends the series of the latest successful run unless they are too old. It returns the
// error of the latest run.
func (k *kpi) collect(ch chan<- prometheus.Metric) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.succeeded) <= k.definition.MaxAge {
		desc := k.definition.desc()
		for _, row := range k.latest.Rows {
			ch <- desc.Metric(row.Value, row.Labels...)
		}
	}
	return k.err
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
