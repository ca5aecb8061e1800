// Package requests holds the metrics of the requests that the application served. One drain
// observes them: the log drain or the trace drain.
package requests

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// Request is one served request. Its texts are label values from the allowlists.
type Request struct {
	Environment string
	Method      string
	Route       string
	Code        string
	Duration    time.Duration
}

// Metrics are the metrics by endpoint. They are safe for concurrent use.
type Metrics struct {
	metric.Collectors

	duration *prometheus.HistogramVec
	total    *prometheus.CounterVec

	lists        func() *allow.Lists
	endpoints    allow.Initializer[endpoint]
	environments allow.Initializer[string]
}

type endpoint struct{ environment, method, route string }

// New returns metrics without requests. Lists returns the current routes.
func New(lists func() *allow.Lists) *Metrics {
	m := &Metrics{
		duration: metric.NewHistogramVec("marketplace_http_request_duration_seconds", "Duration of requests that the application served.",
			// The targets of the monitoring guide are 0.2, 0.3, 0.5, 1 and 2 s. A quantile is never
			// above the last finite bound.
			[]float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30}, "environment", "method", "route"),
		total: metric.NewCounterVec("marketplace_http_requests_total",
			"Requests that the application served, by status code. Common codes appear as they are, others as their class.",
			"environment", "method", "route", "code"),
		lists: lists,
	}
	m.Collectors = metric.Collectors{m.duration, m.total}
	return m
}

// Observe counts a request.
func (m *Metrics) Observe(r Request) {
	m.endpoints.Ensure(endpoint{r.Environment, r.Method, r.Route}, m.lists(), m.initialize)
	m.duration.WithLabelValues(r.Environment, r.Method, r.Route).Observe(r.Duration.Seconds())
	m.total.WithLabelValues(r.Environment, r.Method, r.Route, r.Code).Inc()
}

// initialize creates the error series of an endpoint, and of all listed routes: the first request
// of a rarely used endpoint may be the one that fails.
func (m *Metrics) initialize(e endpoint) {
	metric.Initialize(m.total, []string{e.environment}, []string{e.method}, []string{e.route}, allow.ErrorCodes())
	lists := m.lists()
	m.environments.Ensure(e.environment, lists, func(environment string) {
		metric.Initialize(m.total, []string{environment}, []string{"GET", "POST"}, lists.Routes.All(), allow.ErrorCodes())
	})
}
