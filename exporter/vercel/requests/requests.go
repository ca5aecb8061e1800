// Package requests holds what is measured of the requests that the application answered, whichever drain told of them.
package requests

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// Request is one answered request. All but the time it took are label values, bounded already.
type Request struct {
	Environment string
	Method      string
	Route       string
	Code        string
	Duration    time.Duration
}

// Metrics are the requests by endpoint. It is safe for concurrent use.
type Metrics struct {
	metric.Collectors

	duration *prometheus.HistogramVec
	total    *prometheus.CounterVec

	lists func() *bound.Lists
	mu    sync.RWMutex
	born  map[endpoint]struct{}
}

type endpoint struct{ environment, method, route string }

// New returns metrics without a request. Lists say which routes there are.
func New(lists func() *bound.Lists) *Metrics {
	m := &Metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "marketplace_http_request_duration_seconds",
			Help: "How long the application took to answer a request. Every target is the edge of a classic bucket; there are native buckets, too.",
			// The monitoring guide's targets are 0.2, 0.3, 0.5, 1 and 2 s. A quantile is never above the last finite edge.
			Buckets:                         []float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30},
			NativeHistogramBucketFactor:     1.1,
			NativeHistogramMaxBucketNumber:  100,
			NativeHistogramMinResetDuration: time.Hour,
		}, []string{"environment", "method", "route"}),
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "marketplace_http_requests_total",
			Help: "Requests that the application answered, by status: the codes that matter, others as their class.",
		}, []string{"environment", "method", "route", "code"}),
		lists: lists, born: map[endpoint]struct{}{},
	}
	m.Collectors = metric.Collectors{m.duration, m.total}
	return m
}

// Observe counts a request.
func (m *Metrics) Observe(r Request) {
	m.bear(endpoint{r.Environment, r.Method, r.Route})
	m.duration.WithLabelValues(r.Environment, r.Method, r.Route).Observe(r.Duration.Seconds())
	m.total.WithLabelValues(r.Environment, r.Method, r.Route, r.Code).Inc()
}

// bear makes the series of all errors at the first request of an endpoint, and with it those of all listed routes: a series
// that is born with its first error has no increase, and rate() would never see that error. Of an endpoint that few use, it
// may well be the first request, too.
func (m *Metrics) bear(e endpoint) {
	m.mu.RLock()
	_, found := m.born[e]
	m.mu.RUnlock()
	if found {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bearErrors(e)
	for _, route := range m.lists().Routes.All() {
		for _, method := range []string{"GET", "POST"} {
			m.bearErrors(endpoint{e.environment, method, route})
		}
	}
}

func (m *Metrics) bearErrors(e endpoint) {
	if _, found := m.born[e]; found {
		return
	}
	m.born[e] = struct{}{}
	for _, code := range bound.ErrorCodes() {
		m.total.WithLabelValues(e.environment, e.method, e.route, code)
	}
}
