package metric_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// summary returns the name, type, labels and help of a family on one line.
func summary(t *testing.T, d metric.Desc) string {
	t.Helper()
	family, err := d.Family()
	require.NoError(t, err)
	parts := []string{family.GetName(), family.GetType().String()}
	for _, label := range family.GetMetric()[0].GetLabel() {
		parts = append(parts, label.GetName())
	}
	return strings.Join(append(parts, family.GetHelp()), " ")
}

func TestFamilyOfADescriptor(t *testing.T) {
	require.Equal(t, "up GAUGE datname Up.", summary(t, metric.NewGauge("up", "Up.", "datname")))
	counter := prometheus.NewDesc("rows_total", "Rows.", []string{"b", "a"}, prometheus.Labels{"c": "constant"})
	require.Equal(t, "rows_total COUNTER a b c Rows.", summary(t, metric.Typed(counter, prometheus.CounterValue)))
}

func TestFamilyOfAnInvalidDescriptor(t *testing.T) {
	_, err := metric.NewGauge("not a name\xff", "Invalid.").Family()
	require.Error(t, err)
}

// group is a struct that embeds Collectors, as those of the sources do.
type group struct{ metric.Collectors }

func TestDescriptorsOfCollectorsHaveTypes(t *testing.T) {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "a_seconds", Help: "A."}, []string{"route", "method"})
	total := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "b_total", Help: "B."}, nil)
	size := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "c_bytes", Help: "C."}, []string{"x"})
	computed := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "d", Help: "D."}, func() float64 { return 1 })
	evictions := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "e_total", Help: "E."}, func() float64 { return 1 })
	all := metric.Collectors{&group{metric.Collectors{duration, total}}, size, computed, evictions}
	var got []string
	for _, d := range all.Descs() {
		got = append(got, summary(t, d))
	}
	require.Equal(t, []string{
		"a_seconds HISTOGRAM method route A.", "b_total COUNTER B.", "c_bytes GAUGE x C.", "d GAUGE D.", "e_total COUNTER E.",
	}, got)
}

func TestUnknownCollectorHasNoFamily(t *testing.T) {
	summaries := prometheus.NewSummaryVec(prometheus.SummaryOpts{Name: "a", Help: "A."}, nil)
	descs := metric.Collectors{summaries}.Descs()
	require.Len(t, descs, 1)
	_, err := descs[0].Family()
	require.ErrorContains(t, err, "its type is UNTYPED")
}
