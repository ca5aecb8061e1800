package traces

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// How a call may end; bound.Unknown is another way.
const (
	ok          = "ok"
	clientError = "client_error" // 4xx: the application asked for the wrong thing
	serverError = "server_error" // 5xx
	failed      = "failed"       // no answer
)

// calls are what is measured of the application's calls to others.
type calls struct {
	metric.Collectors

	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec

	lists func() *bound.Lists
	mu    sync.RWMutex
	born  map[called]struct{}
}

type called struct{ environment, host string }

func newCalls(lists func() *bound.Lists) *calls {
	c := &calls{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "marketplace_outbound_requests_total",
			Help: "Calls of the application to others, by how they ended; failed is one without an answer.",
		}, []string{"environment", "host", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "marketplace_outbound_request_duration_seconds",
			Help:    "How long calls of the application to others took, however they ended.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}, NativeHistogramBucketFactor: 1.1,
			NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"environment", "host"}),
		lists: lists, born: map[called]struct{}{},
	}
	c.Collectors = metric.Collectors{c.total, c.duration}
	return c
}

func (c *calls) observe(e *entry) {
	c.bear(called{e.environment, e.host})
	c.total.WithLabelValues(e.environment, e.host, e.outcome).Inc()
	c.duration.WithLabelValues(e.environment, e.host).Observe(e.took.Seconds())
}

// bear makes the series of all outcomes, of all listed hosts, at the first call of one: a series that is born with its first
// failure has no increase.
func (c *calls) bear(to called) {
	c.mu.RLock()
	_, found := c.born[to]
	c.mu.RUnlock()
	if found {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, host := range append(c.lists().Hosts.WithOther(), to.host) {
		c.born[called{to.environment, host}] = struct{}{}
		for _, outcome := range []string{ok, clientError, serverError, failed, bound.Unknown} {
			c.total.WithLabelValues(to.environment, host, outcome)
		}
	}
}
