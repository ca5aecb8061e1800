package source

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Periodic collects from a source at an interval. Scrapes get the metrics of its latest success.
type Periodic struct {
	Source
	interval, maxAge time.Duration

	mu        sync.Mutex
	metrics   []prometheus.Metric // of the latest success
	succeeded time.Time           // zero before the first success
	err       error               // of the latest run
}

// Every returns a source that collects from s at an interval and serves the metrics until they are
// older than maxAge. After a failed run, scrapes get the error besides the metrics of the latest
// success.
func Every(interval, maxAge time.Duration, s Source) *Periodic {
	return &Periodic{
		Source: s, interval: interval, maxAge: maxAge,
		err: failure.New(failure.Timeout, errors.New("the first collection has not ended")),
	}
}

// maxBackoff limits the delay after repeated failures, unless the interval is longer.
const maxBackoff = 15 * time.Minute

// Run collects at once and then at the interval until ctx ends. One run may take as long as the
// interval. Every failure after the first doubles the delay: services ban clients that keep
// requesting.
func (p *Periodic) Run(ctx context.Context) {
	wait := p.interval
	for failures := 0; ctx.Err() == nil; {
		if p.update(ctx) == nil {
			failures, wait = 0, p.interval
		} else if failures++; failures > 1 {
			wait = min(2*wait, max(p.interval, maxBackoff))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait - rand.N(wait/20+1)): // intervals that began together drift apart
		}
	}
}

// update collects once and keeps the metrics if that succeeds, also those of a run that only
// misses parts.
func (p *Periodic) update(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.interval)
	defer cancel()
	metrics, err := MetricsOf(ctx, p.Source)
	failed := slices.ContainsFunc(failure.All(err), func(f *failure.Error) bool { return f.Part == "" })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if !failed {
		p.metrics, p.succeeded = metrics, time.Now()
		return nil
	}
	return err
}

// MetricsOf collects from s once.
func MetricsOf(ctx context.Context, s Source) ([]prometheus.Metric, error) {
	ch := make(chan prometheus.Metric)
	var err error
	go func() {
		defer close(ch)
		defer failure.Recover("", &err)
		err = s.Collect(ctx, ch)
	}()
	var metrics []prometheus.Metric
	for metric := range ch {
		metrics = append(metrics, metric)
	}
	return metrics, err
}

// Collect implements Source. It sends the metrics of the latest success that are not too old, and
// returns the error of the latest run.
func (p *Periodic) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.succeeded) <= p.maxAge {
		for _, metric := range p.metrics {
			ch <- metric
		}
	}
	return p.err
}
