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
	metric.Collectors

	seconds, shift             *prometheus.HistogramVec // by route
	deviceSeconds, deviceShift *prometheus.HistogramVec
}

// NewSpeedInsights returns a drain without rows. The histograms have bounds at the targets of the
// monitoring guide, at the limits of "good" and "poor", and above.
//
// A route and a device in one histogram would multiply its series by the number of devices, which
// is four. Alerts read neither, so each has histograms of its own.
func NewSpeedInsights(options row.Options) *SpeedInsights {
	seconds := []float64{.01, .05, .1, .2, .3, .5, .8, 1, 1.5, 1.8, 2.5, 3, 4, 10, 20, 30}
	scores := []float64{.01, .05, .1, .15, .25, .5, 1, 2}
	s := &SpeedInsights{
		seconds: metric.NewHistogramVec("marketplace_web_vital_seconds",
			"Web vitals that are durations, as measured by browsers, by route: LCP, FCP, TTFB, FID and INP.",
			seconds, "environment", "metric", "route"),
		shift: metric.NewHistogramVec("marketplace_web_layout_shift",
			"Cumulative layout shift (CLS) of page loads, as measured by browsers, by route. The score has no unit.",
			scores, "environment", "route"),
		deviceSeconds: metric.NewHistogramVec("marketplace_device_web_vital_seconds",
			"The measurements of marketplace_web_vital_seconds, by kind of device.",
			seconds, "environment", "metric", "device"),
		deviceShift: metric.NewHistogramVec("marketplace_device_web_layout_shift",
			"The measurements of marketplace_web_layout_shift, by kind of device.",
			scores, "environment", "device"),
	}
	s.Collectors = metric.Collectors{s.seconds, s.shift, s.deviceSeconds, s.deviceShift}
	s.drain = newDrain(options, row.SpeedInsights, newVitalReader, s.observe)
	return s
}

func (s *SpeedInsights) observe(v vital, _ *allow.Lists) {
	if v.metric == layoutShift {
		s.shift.WithLabelValues(v.environment, v.route).Observe(v.value)
		s.deviceShift.WithLabelValues(v.environment, v.device).Observe(v.value)
		return
	}
	s.seconds.WithLabelValues(v.environment, v.metric, v.route).Observe(v.value)
	s.deviceSeconds.WithLabelValues(v.environment, v.metric, v.device).Observe(v.value)
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

type vitalReader struct {
	row.Reader
	fields row.Fields
}

func newVitalReader() reader[vital] {
	return &vitalReader{fields: row.NewFields("metricType", "value", "path", "route", "deviceType", "vercelEnvironment")}
}

func (r *vitalReader) read(text []byte, lists *allow.Lists) (vital, row.Reason) {
	r.Begin(text, r.fields)
	v := vital{
		environment: allow.Environment(string(r.Text(*r.fields["vercelEnvironment"]))),
		device:      allow.Device(string(r.Text(*r.fields["deviceType"]))),
		route:       lists.Routes.Resolve([]string{string(r.Text(*r.fields["route"]))}, string(r.Text(*r.fields["path"]))),
		metric:      r.metric(),
	}
	v.value = r.value(v.metric)
	return v, r.Reason()
}

// metric returns the label of the metric.
func (r *vitalReader) metric() string {
	name := r.Text(*r.fields["metricType"])
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
	number, present := r.Number(*r.fields["value"])
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
