package source

import (
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// collection is one round through all sources of a set, shared by everybody who wants it.
type collection struct {
	done chan struct{} // closed when every source has answered or was given up

	mu       sync.Mutex
	families [][]*dto.MetricFamily
	failed   bool
	ended    time.Time
}

func (c *collection) add(families []*dto.MetricFamily, up bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.families = append(c.families, families)
	c.failed = c.failed || !up
}

func (c *collection) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = time.Now()
	close(c.done)
}

// servable tells whether another scrape may have this collection: while it is under way, and for share after it ended.
func (c *collection) servable(share time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended.IsZero() || (!c.failed && time.Since(c.ended) < share)
}

// finished returns what the sources have said so far, one element a source.
func (c *collection) finished() [][]*dto.MetricFamily {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.families[:len(c.families):len(c.families)]
}
