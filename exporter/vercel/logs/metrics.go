package logs

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// metrics are what the drain counts. Series that tell of something bad are made before it happens: one that is born with its
// first error has no increase, and rate() would never see that error.
type metrics struct {
	metric.Collectors

	requests *series[request]
	messages *series[said]
	events   *prometheus.CounterVec
	crashes  *prometheus.CounterVec
	actions  *prometheus.CounterVec

	mu      sync.RWMutex
	greeted map[greeting]struct{}
	known   *bound.Lists // whose events and routes have series, in all environments of greeted
}

type (
	request  struct{ environment, source, route, code string }
	said     struct{ environment, level, source string }
	greeting struct{ environment, source string }
)

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "marketplace_" + name, Help: help}, labels)
	}
	m := &metrics{
		events: counter("log_events_total",
			"Messages of the application that stand for an event, by the list of --vercel.events-file.", "environment", "event"),
		crashes: counter("function_crashes_total",
			"Requests that got no answer from their function, since it crashed.", "environment", "route"),
		actions: counter("firewall_actions_total",
			"Requests about which the firewall did something, by what it did.", "environment", "action"),
		greeted: map[greeting]struct{}{},
	}
	m.requests = newSeries[request](counter("edge_requests_total",
		"Requests that the log tells of, static files and the CDN included, by status: the codes that matter, others as their class.",
		"environment", "source", "route", "code"), m.bearRequests)
	m.messages = newSeries[said](counter("log_messages_total",
		"Messages that were logged, by level: the application's own, or else Vercel's.", "environment", "level", "source"), nil)
	m.Collectors = metric.Collectors{m.requests.vec, m.messages.vec, m.events, m.crashes, m.actions}
	return m
}

func (r request) values() []string { return []string{r.environment, r.source, r.route, r.code} }

func (s said) values() []string { return []string{s.environment, s.level, s.source} }

// bearRequests makes the errors that the request at hand might have been.
func (m *metrics) bearRequests(r request) {
	for _, code := range bound.ErrorCodes() {
		m.requests.vec.WithLabelValues(r.environment, r.source, r.route, code)
	}
}

// greet makes what an environment may bring, at its first row: the levels of each source, what the firewall may do, crashes
// of all routes, and all events. After a reload of the lists they are others.
func (m *metrics) greet(g greeting, lists *bound.Lists) {
	m.mu.RLock()
	_, met := m.greeted[g]
	met = met && m.known == lists
	m.mu.RUnlock()
	if met {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = lists
	m.greeted[g] = struct{}{}
	for _, level := range bound.Levels() {
		m.messages.vec.WithLabelValues(g.environment, level, g.source)
	}
	for _, action := range []string{"log", "challenge", "deny", "bypass", "rate_limit"} {
		m.actions.WithLabelValues(g.environment, action)
	}
	for other := range m.greeted {
		for _, event := range lists.Events.LoggedNames() {
			m.events.WithLabelValues(other.environment, event)
		}
		for _, route := range lists.Routes.WithOther() {
			m.crashes.WithLabelValues(other.environment, route)
		}
	}
}
