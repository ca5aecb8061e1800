package browser

import (
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/prometheus/client_golang/prometheus"
)

// SpeedInsights is the drain of Speed Insights: a row.Handler, and the prometheus.Collector of its
// metrics.
type SpeedInsights struct {
	*drain[vital]
	*vitalMetrics
}

// NewSpeedInsights returns a drain without rows.
func NewSpeedInsights(options Options) *SpeedInsights {
	m := newVitalMetrics()
	return &SpeedInsights{
		vitalMetrics: m,
		drain:        newDrain(options, row.SpeedInsights, newVitalReader, func(v vital, _ *allow.Lists) { m.observe(v) }),
	}
}

// vital is a decoded row.
type vital struct {
	environment string
	metric      string
	route       string
	device      string
	value       float64 // seconds, or the score of layoutShift
}

// layoutShift is the only metric that is not a duration.
const layoutShift = "CLS"

// Larger values are invalid. Browsers do not measure them.
const (
	maxSeconds = 3600
	maxShift   = 100
)

type vitalMembers struct{ metric, value, path, route, device, environment row.Value }

type vitalReader struct {
	row.Reader
	members vitalMembers
	fields  row.Fields // of members
}

func newVitalReader() reader[vital] {
	r := &vitalReader{}
	m := &r.members
	r.fields = row.Fields{
		"metricType": &m.metric, "value": &m.value, "path": &m.path, "route": &m.route,
		"deviceType": &m.device, "vercelEnvironment": &m.environment,
	}
	return r
}

func (r *vitalReader) read(text []byte, lists *allow.Lists) (vital, error) {
	if err := r.Begin(text, r.fields); err != nil {
		return vital{}, err
	}
	v := vital{
		environment: allow.Environment(string(r.Text(r.members.environment))),
		device:      allow.Device(string(r.Text(r.members.device))),
		route:       lists.Routes.Resolve([]string{string(r.Text(r.members.route))}, string(r.Text(r.members.path))),
		metric:      r.metric(),
	}
	v.value = r.value(v.metric)
	return v, r.Err()
}

// metric returns the label of the metric.
func (r *vitalReader) metric() string {
	name := r.Text(r.members.metric)
	if len(name) == 0 {
		r.Reject(row.Missing)
		return ""
	}
	metric := allow.Vital(string(name))
	if metric == allow.Other {
		r.Reject(row.BadValue)
	}
	return metric
}

// value returns the measured value. Durations are in milliseconds, although some samples of the
// documentation look like seconds: see docs/vercel.md.
func (r *vitalReader) value(metric string) float64 {
	number, present := r.Number(r.members.value)
	limit := float64(maxShift)
	if metric != layoutShift {
		number, limit = number/1000, maxSeconds
	}
	switch {
	case !present:
		r.Reject(row.Missing)
	case number < 0 || number > limit:
		r.Reject(row.BadValue)
	}
	return number
}

// vitalMetrics have bucket bounds at the targets of the monitoring guide and at the limits of "poor".
type vitalMetrics struct {
	metric.Collectors

	seconds *prometheus.HistogramVec
	shift   *prometheus.HistogramVec
}

func newVitalMetrics() *vitalMetrics {
	m := &vitalMetrics{
		seconds: metric.NewHistogramVec("marketplace_web_vital_seconds",
			"Web vitals that are durations, as measured by browsers: LCP, FCP, TTFB, FID and INP.",
			[]float64{.01, .025, .05, .1, .2, .3, .5, .8, 1, 1.5, 1.8, 2, 2.5, 3, 4, 5, 7.5, 10, 20, 30},
			"environment", "metric", "route", "device"),
		shift: metric.NewHistogramVec("marketplace_web_layout_shift",
			"Cumulative layout shift (CLS) of page loads, as measured by browsers. The score has no unit.",
			[]float64{.01, .025, .05, .1, .15, .25, .5, 1, 2},
			"environment", "route", "device"),
	}
	m.Collectors = metric.Collectors{m.seconds, m.shift}
	return m
}

func (m *vitalMetrics) observe(v vital) {
	if v.metric == layoutShift {
		m.shift.WithLabelValues(v.environment, v.route, v.device).Observe(v.value)
		return
	}
	m.seconds.WithLabelValues(v.environment, v.metric, v.route, v.device).Observe(v.value)
}
