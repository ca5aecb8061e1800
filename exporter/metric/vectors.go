package metric

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// NewCounterVec returns counters by labels.
func NewCounterVec(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// NewHistogramVec returns histograms by labels. Each is also a native histogram, which Prometheus
// stores instead of the buckets if its configuration enables that.
func NewHistogramVec(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
	}, labels)
}

// Initialize creates the series of vec for every combination of label values, one list of values
// per label. Counters and histograms start at 0: a series that appears with its first event would
// hide that event from rate and increase, which need a sample before it.
func Initialize[M any](vec interface{ WithLabelValues(...string) M }, values ...[]string) {
	combinations := [][]string{nil}
	for _, list := range values {
		var longer [][]string
		for _, combination := range combinations {
			for _, value := range list {
				longer = append(longer, append(combination[:len(combination):len(combination)], value))
			}
		}
		combinations = longer
	}
	for _, combination := range combinations {
		vec.WithLabelValues(combination...)
	}
}
