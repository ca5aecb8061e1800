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
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// Poll is what a source requests at an interval.
type Poll interface {
	// Descs returns the descriptors of all metrics of the parts.
	Descs() []metric.Desc

	// Parts returns the parts of the next run.
	Parts() []Part
}

// Periodic polls at an interval. Scrapes get the metrics of the latest success of each part.
type Periodic struct {
	poll             Poll
	interval, maxAge time.Duration

	mu        sync.Mutex
	latest    map[string]success // by part
	succeeded time.Time          // end of the latest run that did not fail as a whole
	err       error              // of the latest run
}

// success has the metrics of a part and the time at which they were collected.
type success struct {
	metrics []prometheus.Metric
	at      time.Time
}

// Every returns a poller that runs p at an interval. It serves the metrics of a part that fails, or
// of all parts if the service fails, until they are older than maxAge, besides the error.
func Every(interval, maxAge time.Duration, p Poll) *Periodic {
	return &Periodic{
		poll: p, interval: interval, maxAge: maxAge,
		err: failure.New(failure.Timeout, errors.New("the first collection has not ended")),
	}
}

// Descs returns the descriptors of all metrics of the poll.
func (p *Periodic) Descs() []metric.Desc { return p.poll.Descs() }

// maxBackoff limits the delay after repeated failures, unless the interval is longer.
const maxBackoff = 15 * time.Minute

// Run collects at once and then at the interval until ctx ends. One run may take as long as the
// interval. Every failure of the whole source after the first doubles the delay: services ban
// clients that keep requesting.
func (p *Periodic) Run(ctx context.Context) {
	wait := p.interval
	for failures := 0; ctx.Err() == nil; {
		if p.update(ctx) {
			failures, wait = 0, p.interval
		} else if failures++; failures > 1 {
			wait = min(2*wait, max(p.interval, maxBackoff))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait + rand.N(wait/20+1)): // intervals that began together drift apart
		}
	}
}

// update collects once and keeps the metrics of the parts that succeed. It reports whether the
// source as a whole did.
func (p *Periodic) update(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, p.interval)
	defer cancel()
	parts := p.poll.Parts()
	collected, err := CollectParts(ctx, parts...)
	p.mu.Lock()
	defer p.mu.Unlock()
	latest := map[string]success{}
	for _, part := range parts {
		latest[part.Name] = p.latest[part.Name]
		if metrics, ok := collected[part.Name]; ok {
			latest[part.Name] = success{metrics, time.Now()}
		}
	}
	p.latest, p.err = latest, err
	if slices.ContainsFunc(failure.All(err), func(f *failure.Error) bool { return f.Part == "" }) {
		return false
	}
	p.succeeded = time.Now()
	return true
}

// LastSuccess returns the end of the latest run that succeeded, at least in part.
func (p *Periodic) LastSuccess() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.succeeded
}

// Collect sends the latest metrics of each part unless they are too old, and returns the error of
// the latest run.
func (p *Periodic) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range p.latest {
		if time.Since(part.at) > p.maxAge {
			continue
		}
		for _, metric := range part.metrics {
			ch <- metric
		}
	}
	return p.err
}

// MetricsOf collects from s once.
func MetricsOf(ctx context.Context, s Source) ([]prometheus.Metric, error) {
	return metricsOf(ctx, s.Collect)
}

func metricsOf(ctx context.Context, collect func(context.Context, chan<- prometheus.Metric) error) ([]prometheus.Metric, error) {
	ch := make(chan prometheus.Metric)
	var err error
	go func() {
		defer close(ch)
		defer failure.Recover("", &err)
		err = collect(ctx, ch)
	}()
	var metrics []prometheus.Metric
	for metric := range ch {
		metrics = append(metrics, metric)
	}
	return metrics, err
}
