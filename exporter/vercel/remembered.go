package vercel

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// remembered tells how the window of rows seen fills.
func remembered(window *seen.Window) metric.Collectors {
	return metric.Collectors{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "marketplace_vercel_remembered_rows",
			Help: "Rows that are remembered, so that they count once. --vercel.dedupe-rows is the most.",
		}, func() float64 { return float64(window.Len()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "marketplace_vercel_forgotten_rows_total",
			Help: "Rows that had to be forgotten before --vercel.dedupe-window was over: if they come again, they count twice.",
		}, func() float64 { return float64(window.Forgotten()) }),
	}
}
