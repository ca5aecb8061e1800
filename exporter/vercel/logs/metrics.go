package logs

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

type metrics struct {
	metric.Collectors

	requests *prometheus.CounterVec
	messages *prometheus.CounterVec
	events   *prometheus.CounterVec
	crashes  *prometheus.CounterVec
	actions  *prometheus.CounterVec

	endpoints    allow.Initializer[endpoint]
	origins      allow.Initializer[origin]
	environments allow.Initializer[string]
}

type (
	endpoint struct{ environment, source, route string }
	origin   struct{ environment, source string }
)

func newMetrics() *metrics {
	m := &metrics{
		requests: metric.NewCounterVec("marketplace_edge_requests_total",
			"Requests in the log drain, including static files and cached pages, by status code. Common codes appear as they are, others as their class.",
			"environment", "source", "route", "code"),
		messages: metric.NewCounterVec("marketplace_log_messages_total",
			"Log messages, by level. A message without a level of its own has the level that Vercel assigned.",
			"environment", "level", "source"),
		events: metric.NewCounterVec("marketplace_log_events_total",
			"Log messages of the application that --vercel.events-file lists as events.", "environment", "event"),
		crashes: metric.NewCounterVec("marketplace_function_crashes_total",
			"Requests without a response because their function crashed.", "environment", "route"),
		actions: metric.NewCounterVec("marketplace_firewall_actions_total",
			"Requests on which the firewall acted, by action.", "environment", "action"),
	}
	m.Collectors = metric.Collectors{m.requests, m.messages, m.events, m.crashes, m.actions}
	return m
}

// countRequest counts a request. The first one of an endpoint initializes its errors.
func (m *metrics) countRequest(e *entry, lists *allow.Lists) {
	m.endpoints.Ensure(endpoint{e.environment, e.source, e.route}, lists, func(e endpoint) {
		metric.Initialize(m.requests, []string{e.environment}, []string{e.source}, []string{e.route}, allow.ErrorCodes())
	})
	m.requests.WithLabelValues(e.environment, e.source, e.route, e.code).Inc()
}

// initialize creates the series of an origin and of its environment: the levels of the source, the
// actions of the firewall, the crashes of all routes, and all events.
func (m *metrics) initialize(o origin, lists *allow.Lists) {
	m.origins.Ensure(o, lists, func(o origin) {
		metric.Initialize(m.messages, []string{o.environment}, allow.Levels(), []string{o.source})
	})
	m.environments.Ensure(o.environment, lists, func(environment string) {
		environments := []string{environment}
		metric.Initialize(m.actions, environments, allow.FirewallActions())
		metric.Initialize(m.events, environments, lists.Events.LogNames())
		metric.Initialize(m.crashes, environments, lists.Routes.WithOther())
	})
}
