package metric

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Desc is a descriptor with the type of its metrics, which a prometheus.Desc does not hold.
type Desc struct {
	*prometheus.Desc
	Type dto.MetricType
}

// NewGauge returns the descriptor of a gauge.
func NewGauge(name, help string, labels ...string) Desc {
	return Typed(prometheus.NewDesc(name, help, labels, nil), prometheus.GaugeValue)
}

// Typed returns the descriptor of metrics of one type.
func Typed(desc *prometheus.Desc, t prometheus.ValueType) Desc {
	return Desc{Desc: desc, Type: *t.ToDTO()}
}

// Metric returns a gauge or a counter with a fixed value.
func (d Desc) Metric(value float64, labelValues ...string) prometheus.Metric {
	t := prometheus.GaugeValue
	if d.Type == dto.MetricType_COUNTER {
		t = prometheus.CounterValue
	}
	return prometheus.MustNewConstMetric(d.Desc, t, value, labelValues...)
}

// Collector is a prometheus.Collector of metrics with typed descriptors.
type Collector struct {
	Descs []Desc
	Send  func(ch chan<- prometheus.Metric)
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range c.Descs {
		ch <- desc.Desc
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) { c.Send(ch) }

// maxLabels limits the search for the number of labels.
const maxLabels = 20

// Family returns the name, help and type of the family and one metric with its labels, all of whose
// values are zero. A prometheus.Desc does not expose these fields, but a gathered metric does.
func (d Desc) Family() (*dto.MetricFamily, error) {
	example, err := d.example(nil)
	for n := 1; err != nil && n <= maxLabels; n++ {
		example, err = d.example(make([]string, n))
	}
	if err != nil {
		return nil, fmt.Errorf("describing %s: %w", d.Desc, err)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(prometheus.CollectorFunc(func(ch chan<- prometheus.Metric) { ch <- example }))
	families, err := registry.Gather()
	if err != nil || len(families) != 1 {
		return nil, errors.Join(fmt.Errorf("describing %s", d.Desc), err)
	}
	return families[0], nil
}

func (d Desc) example(labelValues []string) (prometheus.Metric, error) {
	switch d.Type {
	case dto.MetricType_HISTOGRAM:
		return prometheus.NewConstHistogram(d.Desc, 0, 0, nil, labelValues...)
	case dto.MetricType_COUNTER:
		return prometheus.NewConstMetric(d.Desc, prometheus.CounterValue, 0, labelValues...)
	case dto.MetricType_GAUGE:
		return prometheus.NewConstMetric(d.Desc, prometheus.GaugeValue, 0, labelValues...)
	}
	return nil, fmt.Errorf("its type is %s", d.Type)
}
