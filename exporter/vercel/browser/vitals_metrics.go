package browser

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// vitalMetrics have bucket bounds at the targets of the monitoring guide and at the limits of
// "poor".
type vitalMetrics struct {
	metric.Collectors

	seconds *prometheus.HistogramVec
	shift   *prometheus.HistogramVec
}

func newVitalMetrics() *vitalMetrics {
	m := &vitalMetrics{
		seconds: histogram("marketplace_web_vital_seconds",
			"Web vitals that are durations, as measured by browsers: LCP, FCP, TTFB, FID and INP.",
			[]float64{.01, .025, .05, .1, .2, .3, .5, .8, 1, 1.5, 1.8, 2, 2.5, 3, 4, 5, 7.5, 10, 20, 30},
			"environment", "metric", "route", "device"),
		shift: histogram("marketplace_web_layout_shift",
			"Cumulative layout shift (CLS) of page loads, as measured by browsers. The score has no unit.",
			[]float64{.01, .025, .05, .1, .15, .25, .5, 1, 2},
			"environment", "route", "device"),
	}
	m.Collectors = metric.Collectors{m.seconds, m.shift}
	return m
}

func histogram(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: bounds,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
	}, labels)
}

func (m *vitalMetrics) observe(v vital) {
	if v.metric == layoutShift {
		m.shift.WithLabelValues(v.environment, v.route, v.device).Observe(v.value)
		return
	}
	m.seconds.WithLabelValues(v.environment, v.metric, v.route, v.device).Observe(v.value)
}
