package source

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Set collects from several sources for a scrape. It is safe for concurrent use: scrapes that come while a collection
// is under way share it, and so do those that come soon after, so that two of them cost the monitored systems one.
type Set struct {
	members []*member
	status  *status
	limits  Limits
	life    context.Context // collections outlive scrapes, but not this

	mu     sync.Mutex
	latest *collection
}

// Limits bound a set's collections.
type Limits struct {
	// Longest is how long a collection may take; the deadline of a scrape can only shorten it.
	Longest time.Duration

	// Share is how long a finished collection is served again. Half a scrape interval makes a pair of Prometheus
	// servers, which never scrape at the same moment, cost no more than one. A collection in which a source failed
	// as a whole is not shared: errors are never cached.
	Share time.Duration
}

// NewSet returns the set of sources. All that it does ends with life.
func NewSet(life context.Context, logger *slog.Logger, limits Limits, sources ...Source) *Set {
	set := &Set{status: newStatus(logger), limits: limits, life: life}
	for _, source := range sources {
		set.members = append(set.members, &member{source: source, status: set.status})
	}
	return set
}

// Gather returns what the sources have to say before ctx ends, and the set's own metrics. A source that is not ready
// by then is left out and counted as timed out; it never fails the others. The error is of series that contradict one
// another across sources; the families beside it are good all the same.
func (s *Set) Gather(ctx context.Context) ([]*dto.MetricFamily, error) {
	shared := s.join(ctx)
	select {
	case <-shared.done:
	case <-ctx.Done():
	}
	all := prometheus.Gatherers{s.status.registry}
	for _, families := range shared.finished() {
		all = append(all, prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return families, nil }))
	}
	return all.Gather()
}

// Describe sends the descriptors of everything that Gather can return.
func (s *Set) Describe(ch chan<- *prometheus.Desc) {
	s.status.registry.Describe(ch)
	for _, m := range s.members {
		m.source.Describe(ch)
	}
}

// join returns the collection that is under way or just done, or starts one with the deadline of ctx. It does not end with ctx:
// whoever hangs up may not be the only one who waits, and leaves nothing half done.
func (s *Set) join(ctx context.Context) *collection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.latest == nil || !s.latest.servable(s.limits.Share) {
		budget := s.limits.Longest
		if deadline, ok := ctx.Deadline(); ok {
			budget = min(budget, time.Until(deadline))
		}
		s.latest = &collection{done: make(chan struct{})}
		go s.run(s.latest, budget) //nolint:contextcheck // see above: it must not end with ctx
	}
	return s.latest
}

// run collects from all members at once and ends when they have, or when budget is used up. The sources get a tenth
// less, so that what they could gather up to their deadline still arrives.
func (s *Set) run(c *collection, budget time.Duration) {
	ctx, cancel := context.WithTimeout(s.life, budget*9/10)
	defer cancel()
	var all sync.WaitGroup
	for _, m := range s.members {
		all.Go(func() { c.add(m.collect(ctx, budget)) })
	}
	all.Wait()
	c.end()
}
