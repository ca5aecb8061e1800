package intake

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// metrics are what became of the deliveries and of their rows.
type metrics struct {
	metric.Collectors

	deliveries *prometheus.CounterVec
	refusals   *prometheus.CounterVec
	rows       *prometheus.CounterVec
	rejected   *prometheus.CounterVec
	duplicates *prometheus.CounterVec
	last       *prometheus.GaugeVec
}

// newMetrics makes every counter with all its label values, so that the first refusal is an increase and not a birth.
func newMetrics(drains []Drain) *metrics {
	m := &metrics{
		deliveries: counter("deliveries_total", "Deliveries that were signed and taken.", "drain"),
		refusals: counter("refusals_total", "Deliveries that were refused as a whole. drain is empty where the path is "+
			"none of a drain.", "drain", "reason"),
		rows: counter("rows_total", "Rows that were counted.", "drain"),
		rejected: counter("rejected_rows_total", "Rows that were not counted although their delivery was taken, because they "+
			"cannot be read.", "drain", "reason"),
		duplicates: counter("duplicate_rows_total", "Rows that were not counted because they had been before.", "drain"),
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_vercel_last_row_timestamp_seconds",
			Help: "When a row was last counted, in Unix time. Absent until one is.",
		}, []string{"drain"}),
	}
	m.Collectors = metric.Collectors{m.deliveries, m.refusals, m.rows, m.rejected, m.duplicates, m.last}
	m.refusals.WithLabelValues("", string(ReasonPath))
	for _, drain := range drains {
		m.bear(drain.Name())
	}
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "marketplace_vercel_" + name, Help: help}, labels)
}

func (m *metrics) bear(drain string) {
	m.deliveries.WithLabelValues(drain)
	m.rows.WithLabelValues(drain)
	m.duplicates.WithLabelValues(drain)
	for _, r := range refusals() {
		if r.reason != ReasonPath {
			m.refusals.WithLabelValues(drain, string(r.reason))
		}
	}
	for _, reason := range batch.Reasons() {
		m.rejected.WithLabelValues(drain, string(reason))
	}
}

// took takes down a delivery.
func (m *metrics) took(drain string, tally batch.Tally) {
	m.deliveries.WithLabelValues(drain).Inc()
	m.rows.WithLabelValues(drain).Add(float64(tally.Counted))
	m.duplicates.WithLabelValues(drain).Add(float64(tally.Duplicates))
	for reason, rows := range tally.Rejected {
		m.rejected.WithLabelValues(drain, string(reason)).Add(float64(rows))
	}
	if tally.Counted > 0 {
		m.last.WithLabelValues(drain).SetToCurrentTime()
	}
}
