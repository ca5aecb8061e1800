package traces

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// Outcomes of calls. The outcome may also be allow.Unknown.
const (
	success     = "ok"
	clientError = "client_error" // 4xx
	serverError = "server_error" // 5xx
	failed      = "failed"       // no response
)

// calls are the metrics of the application's calls to other hosts.
type calls struct {
	metric.Collectors

	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec

	lists        func() *allow.Lists
	environments allow.Initializer[string]
}

func newCalls(lists func() *allow.Lists) *calls {
	c := &calls{
		total: metric.NewCounterVec("marketplace_outbound_requests_total",
			"Calls of the application to other hosts, by outcome. A call without a response is failed.", "environment", "host", "outcome"),
		duration: metric.NewHistogramVec("marketplace_outbound_request_duration_seconds",
			"Duration of calls of the application to other hosts, for all outcomes.",
			[]float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}, "environment", "host"),
		lists: lists,
	}
	c.Collectors = metric.Collectors{c.total, c.duration}
	return c
}

func (c *calls) observe(e *entry) {
	lists := c.lists()
	c.environments.Ensure(e.Environment, lists, func(environment string) {
		metric.Initialize(c.total, []string{environment}, lists.Hosts.WithOther(),
			[]string{success, clientError, serverError, failed, allow.Unknown})
	})
	c.total.WithLabelValues(e.Environment, e.host, e.outcome).Inc()
	c.duration.WithLabelValues(e.Environment, e.host).Observe(e.Duration.Seconds())
}
