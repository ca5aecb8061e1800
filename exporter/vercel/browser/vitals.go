package browser

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
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
		drain: newDrain(options, "vercel.speed_insights", func() reader[vital] { return &vitalReader{} },
			func(v vital, _ *allow.Lists) { m.observe(v) }),
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

// Field implements row.Fields.
func (m *vitalMembers) Field(name []byte) *row.Value {
	switch string(name) {
	case "metricType":
		return &m.metric
	case "value":
		return &m.value
	case "path":
		return &m.path
	case "route":
		return &m.route
	case "deviceType":
		return &m.device
	case "vercelEnvironment":
		return &m.environment
	}
	return nil
}

type vitalReader struct {
	row.Reader
	members vitalMembers
}

func (r *vitalReader) read(text []byte, lists *allow.Lists) (vital, error) {
	r.members = vitalMembers{}
	if err := r.Begin(text, &r.members); err != nil {
		return vital{}, err
	}
	v := vital{
		environment: allow.Environment(string(r.Text(r.members.environment))),
		device:      allow.Device(string(r.Text(r.members.device))),
		route:       lists.Routes.MatchPage(r.Text(r.members.route), r.Text(r.members.path)),
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
	for _, metric := range []string{"LCP", "FCP", "TTFB", "FID", "INP", layoutShift} {
		if string(name) == metric {
			return metric
		}
	}
	r.Reject(row.BadValue)
	return ""
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
