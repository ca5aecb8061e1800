package logs

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

type metrics struct {
	metric.Collectors

	requests *series[requestLabels]
	messages *series[messageLabels]
	events   *prometheus.CounterVec
	crashes  *prometheus.CounterVec
	actions  *prometheus.CounterVec

	origins      allow.Initializer[origin]
	environments allow.Initializer[string]
}

type (
	requestLabels struct{ environment, source, route, code string }
	messageLabels struct{ environment, level, source string }
	origin        struct{ environment, source string }
)

func (l requestLabels) values() []string { return []string{l.environment, l.source, l.route, l.code} }

func (l messageLabels) values() []string { return []string{l.environment, l.level, l.source} }

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "marketplace_" + name, Help: help}, labels)
	}
	m := &metrics{
		requests: newSeries[requestLabels](counter("edge_requests_total",
			"Requests in the log drain, including static files and cached pages, by status code. Common codes appear as they are, others as their class.",
			"environment", "source", "route", "code")),
		messages: newSeries[messageLabels](counter("log_messages_total",
			"Log messages, by level. A message without a level of its own has the level that Vercel assigned.",
			"environment", "level", "source")),
		events: counter("log_events_total",
			"Log messages of the application that --vercel.events-file lists as events.", "environment", "event"),
		crashes: counter("function_crashes_total",
			"Requests without a response because their function crashed.", "environment", "route"),
		actions: counter("firewall_actions_total",
			"Requests on which the firewall acted, by action.", "environment", "action"),
	}
	m.Collectors = metric.Collectors{m.requests.vec, m.messages.vec, m.events, m.crashes, m.actions}
	m.requests.initialize = func(l requestLabels) {
		metric.Initialize(m.requests.vec, []string{l.environment}, []string{l.source}, []string{l.route}, allow.ErrorCodes())
	}
	return m
}

// initialize creates the series of an origin and of its environment: the levels of the source, the
// actions of the firewall, the crashes of all routes, and all events.
func (m *metrics) initialize(o origin, lists *allow.Lists) {
	m.origins.Ensure(o, lists, func(o origin) {
		metric.Initialize(m.messages.vec, []string{o.environment}, allow.Levels(), []string{o.source})
	})
	m.environments.Ensure(o.environment, lists, func(environment string) {
		environments := []string{environment}
		metric.Initialize(m.actions, environments, allow.FirewallActions())
		metric.Initialize(m.events, environments, lists.Events.LogNames())
		metric.Initialize(m.crashes, environments, lists.Routes.WithOther())
	})
}
