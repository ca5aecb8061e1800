package vitals

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// measurement is what is counted of a row. Nothing in it points into the delivery.
type measurement struct {
	key         seen.Key
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

// reader reads rows with the same memory.
type reader struct {
	objects loose.Reader
	members members
	texts   loose.Texts
	reason  batch.Reason // why the row at hand is bad
}

// read returns what a row measured, or a batch.RowError.
func (r *reader) read(text []byte, lists *bound.Lists) (measurement, error) {
	r.texts.Reset()
	r.members, r.reason = members{}, ""
	if _, err := r.objects.Object(text, &r.members); err != nil {
		return measurement{}, batch.Rejected(batch.Malformed)
	}
	m := measurement{
		environment: bound.Environment(string(r.text(r.members.environment))),
		device:      bound.Device(string(r.text(r.members.device))),
		route:       route(lists.Routes, r.text(r.members.route), r.text(r.members.path)),
		metric:      r.metric(),
	}
	m.value = r.value(m.metric)
	if r.reason != "" {
		return measurement{}, batch.Rejected(r.reason)
	}
	return m, nil
}

// metric returns one of the metrics that there are, as we write it.
func (r *reader) metric() string {
	name := r.text(r.members.metric)
	if len(name) == 0 {
		r.reject(batch.Missing)
		return ""
	}
	for _, metric := range []string{"LCP", "FCP", "TTFB", "FID", "INP", layoutShift} {
		if string(name) == metric {
			return metric
		}
	}
	r.reject(batch.BadValue)
	return ""
}

// value returns what was measured. Times come in milliseconds, whatever they look like: see docs/vercel.md.
func (r *reader) value(metric string) float64 {
	number, present, ok := r.texts.Number(r.members.value)
	most := float64(mostShifts)
	if metric != layoutShift {
		number, most = number/1000, longest
	}
	switch {
	case !ok:
		r.reject(batch.WrongType)
	case !present:
		r.reject(batch.Missing)
	case number < 0 || number > most:
		r.reject(batch.BadValue)
	}
	return number
}

func (r *reader) text(v loose.Value) []byte {
	text, ok := r.texts.Of(v)
	if !ok {
		r.reject(batch.WrongType)
	}
	return text
}

// reject keeps the first reason.
func (r *reader) reject(reason batch.Reason) {
	if r.reason == "" {
		r.reason = reason
	}
}

// route prefers the pattern that the page has told. A path is that of the address bar.
func route(routes *bound.Routes, pattern, path []byte) string {
	if route := routes.Match(string(pattern)); len(pattern) > 0 && route != bound.Other {
		return route
	}
	if len(path) == 0 {
		return bound.Other
	}
	return routes.Match(string(path))
}
