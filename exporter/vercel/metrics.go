package vercel

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// rowMetrics count the rows of all drains.
type rowMetrics struct {
	metric.Collectors

	rows       *prometheus.CounterVec
	invalid    *prometheus.CounterVec
	duplicates *prometheus.CounterVec
	last       *prometheus.GaugeVec
}

func newRowMetrics() *rowMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return metric.NewCounterVec("marketplace_vercel_"+name, help, labels...)
	}
	m := &rowMetrics{
		rows:       counter("rows_total", "Counted rows, by drain.", "drain"),
		invalid:    counter("invalid_rows_total", "Invalid rows in accepted deliveries, by drain and reason. They are not counted otherwise.", "drain", "reason"),
		duplicates: counter("duplicate_rows_total", "Rows that were delivered again and not counted again, by drain.", "drain"),
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_vercel_last_row_timestamp_seconds",
			Help: "Time at which a row was last counted, in Unix time. Absent before the first row.",
		}, []string{"drain"}),
	}
	m.Collectors = metric.Collectors{m.rows, m.invalid, m.duplicates, m.last}
	return m
}

func (m *rowMetrics) initialize(drain string) {
	m.rows.WithLabelValues(drain)
	m.duplicates.WithLabelValues(drain)
	for _, reason := range row.Reasons() {
		m.invalid.WithLabelValues(drain, string(reason))
	}
}

// add adds the result of a delivery.
func (m *rowMetrics) add(drain string, tally row.Tally) {
	m.rows.WithLabelValues(drain).Add(float64(tally.Counted))
	m.duplicates.WithLabelValues(drain).Add(float64(tally.Duplicates))
	for reason, rows := range tally.Invalid {
		m.invalid.WithLabelValues(drain, string(reason)).Add(float64(rows))
	}
	if tally.Counted > 0 {
		m.last.WithLabelValues(drain).SetToCurrentTime()
	}
}
