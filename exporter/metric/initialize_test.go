package metric_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

func TestInitializeCreatesEveryCombination(t *testing.T) {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "deliveries_total", Help: "Deliveries."},
		[]string{"sender", "reason"})
	vec.WithLabelValues("a", "busy").Add(2)
	metric.Initialize(vec, []string{"a", "b"}, []string{"busy", "path"})
	require.NoError(t, testutil.CollectAndCompare(vec, strings.NewReader(`# HELP deliveries_total Deliveries.
# TYPE deliveries_total counter
deliveries_total{reason="busy",sender="a"} 2
deliveries_total{reason="path",sender="a"} 0
deliveries_total{reason="busy",sender="b"} 0
deliveries_total{reason="path",sender="b"} 0
`)))
}

func TestInitializeWithoutLabelsOrValues(t *testing.T) {
	results := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "results", Help: "Results."}, nil)
	metric.Initialize(results)
	require.Equal(t, 1, testutil.CollectAndCount(results))
	events := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "events_total", Help: "Events."}, []string{"a", "b"})
	metric.Initialize(events, []string{"a"}, nil)
	require.Zero(t, testutil.CollectAndCount(events))
}
