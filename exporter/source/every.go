package source

import (
	"context"
	"math/rand/v2"
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
	took      time.Duration       // of the latest run
	err       error               // of the latest run
}

// Every returns a source that collects from s at an interval and serves the metrics until they are
// older than maxAge. After a failed run, scrapes get the error besides the metrics of the latest
// success.
func Every(interval, maxAge time.Duration, s Source) *Periodic {
	return &Periodic{Source: s, interval: interval, maxAge: maxAge}
}

// firstRetry is the delay after a first failure, which suits a database that restarts. Every
// further failure doubles the delay, up to the interval.
const firstRetry = 15 * time.Second

// Run collects at once and then at the interval until ctx ends. One run may take as long as the
// interval.
func (p *Periodic) Run(ctx context.Context) {
	retry := min(firstRetry, p.interval)
	for ctx.Err() == nil {
		wait := p.interval
		if p.Update(ctx) == nil {
			retry = min(firstRetry, p.interval)
		} else {
			wait = retry
			retry = min(2*retry, p.interval)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait - rand.N(wait/20+1)): // intervals that began together drift apart
		}
	}
}

// Update collects once and keeps the metrics if that succeeds. A source with a schedule of its own
// calls it instead of Run.
func (p *Periodic) Update(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.interval)
	defer cancel()
	started := time.Now()
	metrics, err := MetricsOf(ctx, p.Source)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took, p.err = time.Since(started), err
	if err == nil {
		p.metrics, p.succeeded = metrics, time.Now()
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

// LastRun returns when the source last succeeded (zero if it never did) and how long its latest run
// took.
func (p *Periodic) LastRun() (succeeded time.Time, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.succeeded, p.took
}
