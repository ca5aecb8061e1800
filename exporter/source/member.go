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
)

// member is a source in a set.
type member struct {
	source Source
	status *status
	busy   atomic.Bool
}

// collect returns what the source says within budget. A source that does not even stop when told to is abandoned, and
// not asked again before it has come back: otherwise every scrape would leave another one behind.
func (m *member) collect(ctx context.Context, budget time.Duration) (families []*dto.MetricFamily, up bool) {
	if !m.busy.CompareAndSwap(false, true) {
		return nil, m.status.record(m.source.Name(), 0, stuck("the collection before has not ended yet"))
	}
	started := time.Now()
	result := make(chan gathered, 1)
	go func() {
		got := gather(ctx, m.source)
		m.busy.Store(false) // before the answer: whoever has it may ask again at once
		result <- got
	}()
	select {
	case got := <-result:
		return got.families, m.status.record(m.source.Name(), time.Since(started), got.err)
	case <-time.After(budget):
		return nil, m.status.record(m.source.Name(), budget, stuck("it did not stop at its deadline"))
	}
}

func stuck(how string) error { return failure.New(failure.Timeout, errors.New(how)) }

type gathered struct {
	families []*dto.MetricFamily
	err      error
}

// gather runs the source into a registry of its own, which refuses series that come twice or were never described.
// That way such a defect costs the series and is counted against its source, instead of failing the scrape.
func gather(ctx context.Context, source Source) gathered {
	asked := &once{ctx: ctx, source: source}
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(asked); err != nil {
		return gathered{err: failure.New(failure.Invalid, fmt.Errorf("describing its metrics: %w", err))}
	}
	families, err := registry.Gather()
	if err != nil {
		err = failure.New(failure.Duplicate, fmt.Errorf("checking its metrics: %w", err))
	}
	return gathered{families: families, err: errors.Join(asked.err, err)}
}

// once is a prometheus.Collector that asks source a single time.
type once struct {
	ctx    context.Context
	source Source
	err    error
}

func (o *once) Describe(ch chan<- *prometheus.Desc) { o.source.Describe(ch) }

func (o *once) Collect(ch chan<- prometheus.Metric) {
	defer func() {
		if cause := recover(); cause != nil {
			o.err = failure.New(failure.Internal, fmt.Errorf("panicking: %v", cause))
		}
	}()
	o.err = o.source.Collect(o.ctx, ch)
}
