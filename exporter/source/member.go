package source

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// member is a source in a set.
type member struct {
	source     Source
	status     *status
	busy       atomic.Bool
	background atomic.Pointer[failure.Error] // why the background work is not running; usually nil
	latest     atomic.Pointer[result]        // of the latest collection that ended; nil before
}

// restartDelay is the time between a panic of background work and its restart. It is longer than a
// scrape interval, so that scrapes see the failure.
const restartDelay = time.Minute

// run runs the background work of the source until ctx ends. A panic makes the source fail until
// the work is started again.
func (m *member) run(ctx context.Context, runner Runner) {
	for ctx.Err() == nil {
		panicked := failure.All(runRecovered(ctx, runner))
		if len(panicked) == 0 {
			return
		}
		m.background.Store(panicked[0])
		select {
		case <-ctx.Done():
		case <-time.After(restartDelay):
		}
		m.background.Store(nil)
	}
}

func runRecovered(ctx context.Context, runner Runner) (err error) {
	defer failure.Recover("", &err)
	runner.Run(ctx)
	return nil
}

// collect returns the metrics of the source within the timeout. A source that does not stop at its
// deadline is abandoned, and not collected again before it returns: otherwise every scrape would
// leak one more goroutine.
func (m *member) collect(ctx context.Context, timeout time.Duration) (families []*dto.MetricFamily, up bool) {
	if !m.busy.CompareAndSwap(false, true) {
		return nil, m.record(0, timeoutError("the previous collection has not ended"))
	}
	started := time.Now()
	finished := make(chan result, 1)
	go func() {
		got := gather(ctx, m.source)
		m.busy.Store(false) // before sending: the receiver may collect again at once
		finished <- got
	}()
	select {
	case got := <-finished:
		m.latest.Store(&got)
		return got.families, m.record(time.Since(started), got.err)
	case <-time.After(timeout):
		return nil, m.record(timeout, timeoutError("it did not stop at its deadline"))
	}
}

func (m *member) record(took time.Duration, err error) (up bool) {
	if stopped := m.background.Load(); stopped != nil {
		err = errors.Join(stopped, err)
	}
	succeeded := time.Now()
	if polled, ok := m.source.(Polled); ok {
		succeeded = polled.LastSuccess()
	}
	return m.status.record(m.source.Name(), took, err, succeeded)
}

func timeoutError(text string) error { return failure.New(failure.Timeout, errors.New(text)) }

// maxResultAge limits the age of results for scrapes that leave early. It is as long as Prometheus
// looks back for a sample.
const maxResultAge = 5 * time.Minute

// result is the result of one collection.
type result struct {
	families []*dto.MetricFamily
	err      error
	at       time.Time
}

// latestFamilies returns the families of the latest collection that ended, unless they are too old.
func (m *member) latestFamilies() []*dto.MetricFamily {
	if latest := m.latest.Load(); latest != nil && time.Since(latest.at) < maxResultAge {
		return latest.families
	}
	return nil
}

// gather collects into a registry that rejects duplicate and undescribed series. Such a bug costs
// only these series and is counted as a failure of the source; the scrape does not fail.
func gather(ctx context.Context, source Source) (got result) {
	defer failure.Recover("", &got.err)
	var failed error
	registry := prometheus.NewPedanticRegistry()
	err := registry.Register(&metric.Collector{Descs: source.Descs(), Send: func(ch chan<- prometheus.Metric) {
		defer failure.Recover("", &failed)
		failed = source.Collect(ctx, ch)
	}})
	if err != nil {
		return result{err: failure.New(failure.Invalid, fmt.Errorf("describing its metrics: %w", err))}
	}
	families, err := registry.Gather()
	if err != nil {
		err = failure.New(failure.Duplicate, fmt.Errorf("checking its metrics: %w", err))
	}
	return result{families: families, err: errors.Join(failed, err), at: time.Now()}
}
