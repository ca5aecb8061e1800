package vercel

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// remembered tells how the window of rows seen fills.
type remembered struct {
	rows      prometheus.GaugeFunc
	forgotten prometheus.CounterFunc
}

func newRemembered(window *seen.Window) *remembered {
	return &remembered{
		rows: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "marketplace_vercel_remembered_rows",
			Help: "Rows that are remembered, so that they count once. --vercel.dedupe-rows is the most.",
		}, func() float64 { return float64(window.Len()) }),
		forgotten: prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "marketplace_vercel_forgotten_rows_total",
			Help: "Rows that had to be forgotten before --vercel.dedupe-window was over: if they come again, they count twice.",
		}, func() float64 { return float64(window.Forgotten()) }),
	}
}

// Describe implements prometheus.Collector.
func (r *remembered) Describe(ch chan<- *prometheus.Desc) {
	r.rows.Describe(ch)
	r.forgotten.Describe(ch)
}

// Collect implements prometheus.Collector.
func (r *remembered) Collect(ch chan<- prometheus.Metric) {
	r.rows.Collect(ch)
	r.forgotten.Collect(ch)
}
