package vitals

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// measurement is what is counted of a row.
type measurement struct {
	environment string
	metric      string
	route       string
	device      string
	value       float64 // seconds, or the score of layoutShift
}

// layoutShift is the one metric that is no time.
const layoutShift = "CLS"

// What no page measures: an hour until something is painted, or all of a page shifting a hundred times.
const (
	longest    = 3600 // seconds
	mostShifts = 100
)

// members are those of a row that are needed.
type members struct{ metric, value, path, route, device, environment loose.Value }

func (m *members) Field(name []byte) *loose.Value {
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

// reader is a rows.Reader.
type reader struct {
	row     loose.Row
	members members
}

// Read implements rows.Reader.
func (r *reader) Read(text []byte, lists *bound.Lists) (measurement, error) {
	r.members = members{}
	if err := r.row.Begin(text, &r.members); err != nil {
		return measurement{}, err
	}
	m := measurement{
		environment: bound.Environment(string(r.row.Text(r.members.environment))),
		device:      bound.Device(string(r.row.Text(r.members.device))),
		route:       lists.Routes.MatchPage(r.row.Text(r.members.route), r.row.Text(r.members.path)),
		metric:      r.metric(),
	}
	m.value = r.value(m.metric)
	return m, r.row.Err()
}

// metric returns one of the metrics that there are, as we write it.
func (r *reader) metric() string {
	name := r.row.Text(r.members.metric)
	if len(name) == 0 {
		r.row.Reject(batch.Missing)
		return ""
	}
	for _, metric := range []string{"LCP", "FCP", "TTFB", "FID", "INP", layoutShift} {
		if string(name) == metric {
			return metric
		}
	}
	r.row.Reject(batch.BadValue)
	return ""
}

// value returns what was measured. Times come in milliseconds, whatever they look like: see docs/vercel.md.
func (r *reader) value(metric string) float64 {
	number, present := r.row.Number(r.members.value)
	most := float64(mostShifts)
	if metric != layoutShift {
		number, most = number/1000, longest
	}
	switch {
	case !present:
		r.row.Reject(batch.Missing)
	case number < 0 || number > most:
		r.row.Reject(batch.BadValue)
	}
	return number
}
