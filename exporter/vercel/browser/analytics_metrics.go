package browser

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

type analyticsMetrics struct {
	metric.Collectors

	views   *prometheus.CounterVec
	events  *prometheus.CounterVec
	amounts *prometheus.CounterVec
	results *prometheus.HistogramVec

	environments allow.Initializer[string]
}

func newAnalyticsMetrics() *analyticsMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "marketplace_" + name, Help: help}, labels)
	}
	m := &analyticsMetrics{
		views: counter("page_views_total", "Page views, by route and kind of device.",
			"environment", "route", "device"),
		events: counter("events_total", "Custom events, with the properties that --vercel.events-file allows.",
			"environment", "event", "category", "payment_method"),
		amounts: counter("purchase_amount_total", "Amounts of purchase_completed events, in major units of the currency.",
			"environment", "payment_method", "currency"),
		results: histogram("marketplace_search_results", "Results of a search. The bucket le=\"0\" counts searches without results.",
			[]float64{0, 1, 5, 10, 25, 50, 100}, "environment"),
	}
	m.Collectors = metric.Collectors{m.views, m.events, m.amounts, m.results}
	return m
}

func (m *analyticsMetrics) count(a action, lists *allow.Lists) {
	m.environments.Ensure(a.environment, lists, func(environment string) { m.initialize(environment, lists.Events) })
	if a.isView {
		m.views.WithLabelValues(a.environment, a.route, a.device).Inc()
		return
	}
	m.events.WithLabelValues(a.environment, a.event, a.category, a.paymentMethod).Inc()
	if a.purchase != nil {
		m.amounts.WithLabelValues(a.environment, a.paymentMethod, a.purchase.currency).Add(a.purchase.amount)
	}
	if a.results != nil {
		m.results.WithLabelValues(a.environment).Observe(*a.results)
	}
}

// initialize creates the series of all listed events.
func (m *analyticsMetrics) initialize(environment string, events *allow.Events) {
	m.results.WithLabelValues(environment)
	for _, e := range events.CustomSeries() {
		m.events.WithLabelValues(environment, e.Name, e.Category, e.PaymentMethod)
		if e.Name == purchaseEvent { // in the monitoring guide, it has no currency
			metric.Initialize(m.amounts, []string{environment}, []string{e.PaymentMethod},
				append(allow.Currencies(), allow.Other, allow.Unknown))
		}
	}
}
