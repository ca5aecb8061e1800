package maintenance

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

type descs struct{ start, end metric.Desc }

func newDescs() descs {
	labels := []string{"window", "component", "environment"}
	return descs{
		start: metric.NewGauge("marketplace_maintenance_start_timestamp_seconds",
			"Unix time at which a maintenance window begins. Absent from a week after its end.", labels...),
		end: metric.NewGauge("marketplace_maintenance_end_timestamp_seconds",
			"Unix time at which a maintenance window ends. Absent from a week after its end.", labels...),
	}
}

// send sends the window once for each component.
func (d descs) send(w window, ch chan<- prometheus.Metric) {
	for _, component := range w.components {
		ch <- d.start.Metric(float64(w.start.Unix()), w.name, component, w.environment)
		ch <- d.end.Metric(float64(w.end.Unix()), w.name, component, w.environment)
	}
}
