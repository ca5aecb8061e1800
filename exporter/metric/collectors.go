// Package metric defines metrics for sources.
//
// [Collectors] groups the vectors of a package, [Initialize] creates their series, and [Desc] adds
// the type to a descriptor, so that the list of all metrics can be printed without collecting.
package metric

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Collectors groups collectors. A struct that holds several metrics embeds it.
type Collectors []prometheus.Collector

// Describe implements prometheus.Collector.
func (all Collectors) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range all {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (all Collectors) Collect(ch chan<- prometheus.Metric) {
	for _, c := range all {
		c.Collect(ch)
	}
}

// Descs returns the descriptors of all collectors. It determines the types of vectors, of
// single metrics and of structs that embed Collectors. Other collectors are untyped.
func (all Collectors) Descs() []Desc {
	var descs []Desc
	for _, c := range all {
		if group, ok := c.(interface{ Descs() []Desc }); ok {
			descs = append(descs, group.Descs()...)
			continue
		}
		ch := make(chan *prometheus.Desc)
		go func() {
			defer close(ch)
			c.Describe(ch)
		}()
		for desc := range ch {
			descs = append(descs, Desc{Desc: desc, Type: typeOf(c)})
		}
	}
	return descs
}

func typeOf(c prometheus.Collector) dto.MetricType {
	var written dto.Metric
	if m, ok := c.(prometheus.Metric); ok && m.Write(&written) != nil {
		return dto.MetricType_UNTYPED
	}
	_, counters := c.(*prometheus.CounterVec)
	_, gauges := c.(*prometheus.GaugeVec)
	_, histograms := c.(*prometheus.HistogramVec)
	switch {
	case counters, written.Counter != nil:
		return dto.MetricType_COUNTER
	case gauges, written.Gauge != nil:
		return dto.MetricType_GAUGE
	case histograms, written.Histogram != nil:
		return dto.MetricType_HISTOGRAM
	}
	return dto.MetricType_UNTYPED
}
