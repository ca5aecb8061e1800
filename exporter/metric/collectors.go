package metric

import "github.com/prometheus/client_golang/prometheus"

// Collectors are several collectors as one: what a struct embeds that holds more than one metric.
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
