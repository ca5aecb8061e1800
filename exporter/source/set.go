package source

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// Set collects from several sources. It is safe for concurrent use. Scrapes that arrive during a
// collection share it, and so do scrapes that arrive soon afterwards, so that two Prometheus
// servers cost the monitored systems no more than one.
type Set struct {
	members []*member
	status  *status
	limits  Limits
	// lifetime bounds collections, which outlive the scrapes that started them.
	lifetime context.Context

	mu     sync.Mutex // guards latest and its fields
	latest *collection
}

// collection is one collection from all sources of a set. Concurrent scrapes share it.
type collection struct {
	done     chan struct{}                   // closed when every source has finished or was abandoned
	families map[*member][]*dto.MetricFamily // of the finished sources
	failed   bool
	ended    time.Time
}

// Limits are the limits of a set's collections.
type Limits struct {
	// Timeout is how long a collection may take. A scrape with less time leaves the collection
	// early and does not shorten it for the others.
	Timeout time.Duration

	// CacheDuration is how long a finished collection is served again. Half a scrape interval
	// covers a pair of Prometheus servers, which never scrape at the same moment. A collection is
	// not cached if a whole source failed.
	CacheDuration time.Duration
}

// NewSet returns the set of sources. Its collections end when lifetime does.
func NewSet(lifetime context.Context, logger *slog.Logger, limits Limits, sources ...Source) *Set {
	set := &Set{status: newStatus(logger), limits: limits, lifetime: lifetime}
	for _, source := range sources {
		set.members = append(set.members, &member{source: source, status: set.status})
	}
	return set
}

// Descs returns the descriptors of everything that Gather can return.
func (s *Set) Descs() []metric.Desc {
	descs := s.status.Descs()
	for _, m := range s.members {
		descs = append(descs, m.source.Descs()...)
	}
	return descs
}

// Run runs the background work of the sources until ctx ends.
func (s *Set) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, m := range s.members {
		if runner, ok := m.source.(Runner); ok {
			all.Go(func() { m.run(ctx, runner) })
		}
	}
	all.Wait()
}

// Gather returns the metrics of the sources and the metrics about the sources. To a scrape whose
// ctx ends during the collection, an unfinished source is down because of a timeout, and its
// metrics are those of its latest collection; the collection goes on for other scrapes. The error
// is about series of one source that contradict those of another; the other families are valid.
func (s *Set) Gather(ctx context.Context) ([]*dto.MetricFamily, error) {
	shared := s.join() //nolint:contextcheck // the collection does not end with ctx
	select {
	case <-shared.done:
	case <-ctx.Done():
	}
	s.mu.Lock()
	finished := maps.Clone(shared.families)
	s.mu.Unlock()
	var unfinished []string
	var all prometheus.Gatherers
	for _, m := range s.members {
		families, done := finished[m]
		if !done {
			unfinished, families = append(unfinished, m.source.Name()), m.latestFamilies()
		}
		all = append(all, prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return families, nil }))
	}
	return append(all, s.status.gatherer(unfinished)).Gather()
}

// join returns the collection that is under way or cached, or starts one. A collection does not end
// with the scrape that started it, because other scrapes may be waiting for it.
func (s *Set) join() *collection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.latest; c != nil && (c.ended.IsZero() || !c.failed && time.Since(c.ended) < s.limits.CacheDuration) {
		return c
	}
	s.latest = &collection{done: make(chan struct{}), families: map[*member][]*dto.MetricFamily{}}
	go s.collect(s.latest)
	return s.latest
}

// collect collects from all members at once until they finish or the timeout passes. The sources
// get a tenth less time, so that the metrics they have at their deadline still arrive.
func (s *Set) collect(c *collection) {
	ctx, cancel := context.WithTimeout(s.lifetime, s.limits.Timeout*9/10)
	defer cancel()
	var all sync.WaitGroup
	for _, m := range s.members {
		all.Go(func() {
			families, up := m.collect(ctx, s.limits.Timeout)
			s.mu.Lock()
			defer s.mu.Unlock()
			c.families[m] = families
			c.failed = c.failed || !up
		})
	}
	all.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ended = time.Now()
	close(c.done)
}
