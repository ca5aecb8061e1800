package source

import (
	"maps"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// collection is one collection from all sources of a set. Concurrent scrapes share it.
type collection struct {
	done chan struct{} // closed when every source has finished or was abandoned

	mu       sync.Mutex
	families map[*member][]*dto.MetricFamily // of the finished sources
	failed   bool
	ended    time.Time
}

func (c *collection) add(m *member, families []*dto.MetricFamily, up bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.families[m] = families
	c.failed = c.failed || !up
}

func (c *collection) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = time.Now()
	close(c.done)
}

// servable reports whether another scrape can use this collection: while it is under way, and for
// the cache duration after it ended.
func (c *collection) servable(cacheDuration time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended.IsZero() || (!c.failed && time.Since(c.ended) < cacheDuration)
}

// results returns the families of the sources that have finished so far.
func (c *collection) results() map[*member][]*dto.MetricFamily {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.families)
}
