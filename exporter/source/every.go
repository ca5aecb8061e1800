package source

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Periodic is a source on a clock of its own: Run asks it, scrapes get what it said last.
type Periodic struct {
	Source
	interval, maxAge time.Duration

	mu        sync.Mutex
	metrics   []prometheus.Metric // of the latest run that said anything
	succeeded time.Time           // when that was
	took      time.Duration       // of the latest run
	err       error               // of the latest run
}

// Every gives s a clock: it is asked every interval, and what it said is served until it is older than maxAge. An
// error is told with every scrape until the next run, and takes no good value's place.
func Every(interval, maxAge time.Duration, s Source) *Periodic {
	return &Periodic{Source: s, interval: interval, maxAge: maxAge}
}

// firstRetry is soon enough for a database that was restarted; each further failure doubles it up to the interval.
const firstRetry = 15 * time.Second

// Run asks the source, at once and then on its clock, until ctx ends. A run may take as long as the interval.
func (p *Periodic) Run(ctx context.Context) {
	retry := firstRetry
	for ctx.Err() == nil {
		wait := p.interval
		if p.once(ctx) == nil {
			retry = firstRetry
		} else {
			wait = min(retry, p.interval)
			retry *= 2
		}
		select {
		case <-ctx.Done():
		case <-time.After(jitter(wait)):
		}
	}
}

// jitter shortens d by up to a twentieth, so that clocks which started together drift apart.
func jitter(d time.Duration) time.Duration {
	return d - rand.N(d/20+1)
}

// once asks the source a single time and keeps what it says.
func (p *Periodic) once(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.interval)
	defer cancel()
	started := time.Now()
	metrics, err := record(ctx, p.Source)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took, p.err = time.Since(started), err
	if err == nil {
		p.metrics, p.succeeded = metrics, time.Now()
	}
	return err
}

func record(ctx context.Context, s Source) ([]prometheus.Metric, error) {
	ch := make(chan prometheus.Metric)
	done := make(chan error, 1)
	go func() {
		defer close(ch)
		done <- s.Collect(ctx, ch)
	}()
	var metrics []prometheus.Metric
	for metric := range ch {
		metrics = append(metrics, metric)
	}
	return metrics, <-done
}

// Collect implements Source by replaying the last success, if it is young enough.
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

// LastRun returns when the source last succeeded (zero if it never did) and how long its latest run took.
func (p *Periodic) LastRun() (succeeded time.Time, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.succeeded, p.took
}

// Inherit takes over what earlier knew, so that a reload loses no value that is still good.
func (p *Periodic) Inherit(earlier *Periodic) {
	earlier.mu.Lock()
	defer earlier.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.metrics, p.succeeded, p.took, p.err = earlier.metrics, earlier.succeeded, earlier.took, earlier.err
}
