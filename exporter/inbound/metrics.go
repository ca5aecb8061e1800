package inbound

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

type metrics struct {
	metric.Collectors

	deliveries, rejections *prometheus.CounterVec
}

func newMetrics(window *Window) *metrics {
	m := &metrics{
		deliveries: metric.NewCounterVec("marketplace_inbound_deliveries_total",
			"Accepted deliveries, by sender and endpoint.", "sender", "endpoint"),
		rejections: metric.NewCounterVec("marketplace_inbound_rejections_total",
			"Rejected deliveries, by sender, endpoint and reason. Sender and endpoint are empty for an unknown path.",
			"sender", "endpoint", "reason"),
	}
	entries := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "marketplace_inbound_dedupe_entries",
		Help: "Entries in the deduplication window. --inbound.dedupe-entries is the maximum.",
	}, func() float64 { return float64(window.Len()) })
	evictions := prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "marketplace_inbound_dedupe_evictions_total",
		Help: "Entries evicted from the deduplication window before --inbound.dedupe-window had passed. " +
			"Their rows count twice if they are delivered again.",
	}, func() float64 { return float64(window.Evictions()) })
	m.Collectors = metric.Collectors{m.deliveries, m.rejections, entries, evictions}
	m.rejections.WithLabelValues("", "", string(ReasonPath))
	return m
}

func (m *metrics) initialize(sender, endpoint string, reasons map[Reason]response) {
	m.deliveries.WithLabelValues(sender, endpoint)
	for reason := range reasons {
		if reason != ReasonPath {
			m.rejections.WithLabelValues(sender, endpoint, string(reason))
		}
	}
}
