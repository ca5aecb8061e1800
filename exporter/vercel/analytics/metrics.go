package analytics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// metrics are what the drain counts. The series of an environment are made at its first row, or the first event of each
// would be the birth of a series, which is no increase.
type metrics struct {
	metric.Collectors

	views   *prometheus.CounterVec
	events  *prometheus.CounterVec
	amounts *prometheus.CounterVec
	results *prometheus.HistogramVec

	mu    sync.RWMutex
	born  map[string]struct{} // environments
	known *bound.Events       // whose events have series, in all of them
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "marketplace_" + name, Help: help}, labels)
	}
	m := &metrics{
		views: counter("page_views_total", "Pages that were viewed. Who viewed them is not known.",
			"environment", "route", "device"),
		events: counter("events_total", "Custom events, with those of their properties that --vercel.events-file allows.",
			"environment", "event", "category", "payment_method"),
		amounts: counter("purchase_amount_total", "What purchase_completed events say was paid, in major units of the currency.",
			"environment", "payment_method", "currency"),
		results: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "marketplace_search_results",
			Help:    "How much a search found. Of le=\"0\", it was nothing.",
			Buckets: []float64{0, 1, 5, 10, 25, 50, 100}, NativeHistogramBucketFactor: 1.1,
			NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"environment"}),
		born: map[string]struct{}{},
	}
	m.Collectors = metric.Collectors{m.views, m.events, m.amounts, m.results}
	return m
}

func (m *metrics) count(a action, events *bound.Events) {
	m.bear(a.environment, events)
	if a.view {
		m.views.WithLabelValues(a.environment, a.route, a.device).Inc()
		return
	}
	m.events.WithLabelValues(a.environment, a.event, a.category, a.paymentMethod).Inc()
	if a.purchase != nil {
		m.amounts.WithLabelValues(a.environment, a.paymentMethod, a.purchase.currency).Add(a.purchase.amount)
	}
	if a.found != nil {
		m.results.WithLabelValues(a.environment).Observe(*a.found)
	}
}

// bear makes the events of an environment that is new, and those of all after a reload of the list.
func (m *metrics) bear(environment string, events *bound.Events) {
	m.mu.RLock()
	_, found := m.born[environment]
	found = found && m.known == events
	m.mu.RUnlock()
	if found {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.born[environment] = struct{}{}
	m.known = events
	for each := range m.born {
		m.results.WithLabelValues(each)
		for _, e := range events.CustomSeries() {
			m.events.WithLabelValues(each, e.Name, e.Category, e.PaymentMethod)
			if e.Name == purchased {
				m.bearAmounts(each, e.PaymentMethod)
			}
		}
	}
}

func (m *metrics) bearAmounts(environment, paymentMethod string) {
	// The event of the monitoring guide has no currency.
	for _, currency := range append(bound.Currencies(), bound.Other, bound.Unknown) {
		m.amounts.WithLabelValues(environment, paymentMethod, currency)
	}
}
