package simulate

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
)

// documented returns the labels of each metric in docs/metrics.md. Histograms have three metrics.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/metrics.md")
	require.NoError(t, err)
	metrics := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| ([^|]*) \\|").FindAllStringSubmatch(string(page), -1) {
		names := strings.FieldsFunc(row[3], func(r rune) bool { return strings.ContainsRune("`, ", r) })
		metrics[row[1]] = names
		if row[2] == "histogram" {
			metrics[row[1]+"_sum"], metrics[row[1]+"_count"] = names, names
			metrics[row[1]+"_bucket"] = append(slices.Clone(names), "le")
		}
	}
	return metrics
}

func TestSeriesAreThoseOfTheExporter(t *testing.T) {
	metrics := documented(t)
	require.Greater(t, len(metrics), 200)
	for _, shop := range Shops() {
		store := evaluate.NewStore()
		simulation := New(shop, store, 1)
		simulation.Tick(store, time.Date(2026, time.February, 1, 2, 0, 0, 0, time.UTC), nil)
		for series := range simulation.exporters[0].scraped {
			own, err := parser.NewParser(parser.Options{}).ParseMetric(series)
			require.NoError(t, err)
			names := []string{}
			own.Range(func(l labels.Label) { names = append(names, l.Name) })
			names = slices.DeleteFunc(names, func(name string) bool { return name == model.MetricNameLabel })
			expected, found := metrics[own.Get(model.MetricNameLabel)]
			require.True(t, found, series)
			require.ElementsMatch(t, expected, names, series)
		}
	}
}

func TestBoundsAreThoseOfTheExporter(t *testing.T) {
	source, err := os.ReadFile("../../../exporter/vercel/requests/requests.go")
	require.NoError(t, err)
	require.Contains(t, string(source), "[]float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30}")
	require.Equal(t, []float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30, math.Inf(1)}, bounds())
}

func TestDayOfAShop(t *testing.T) {
	store := evaluate.NewStore()
	simulation := New(Shops()[1], store, 1)
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	for end := at.AddDate(0, 0, 1); at.Before(end); at = at.Add(Interval) {
		simulation.Tick(store, at, nil)
	}
	requests := 0.0
	for series, count := range simulation.exporters[0].counters {
		if strings.HasPrefix(series, "marketplace_http_requests_total") {
			requests += count + simulation.exporters[1].counters[series]
		}
	}
	require.InEpsilon(t, 1.1*50*86400, requests, 0.05, "a Monday")
	stripe, toss := simulation.payments[0].sums[3], simulation.payments[1].sums[3]
	require.InEpsilon(t, 1.1*4000, stripe[succeeded]+toss[succeeded], 0.05)
	require.InDelta(t, 0.1, stripe[declined]/(stripe[declined]+stripe[succeeded]), 0.02)
}

func TestClonesContinueAlike(t *testing.T) {
	store := evaluate.NewStore()
	simulation := New(Shops()[0], store, 1)
	at := time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC)
	simulation.Tick(store, at, nil)
	clone, cloned := simulation.Clone(), store.Clone()
	simulation.Tick(store, at.Add(Interval), nil)
	clone.Tick(cloned, at.Add(Interval), nil)
	require.Equal(t, simulation.exporters[0].counters, clone.exporters[0].counters)
	require.Equal(t, store, cloned)
}

func TestSeverityByTheGuideUnlessFewEventsProveLess(t *testing.T) {
	for _, incident := range Incidents() {
		if incident.Name == "all emails are rejected" {
			require.Equal(t, "P2", incident.Severity(Shops()[0]))
			require.Equal(t, "P1", incident.Severity(Shops()[1]))
		}
	}
	require.Equal(t, "P0", Incidents()[0].Severity(Shops()[0]))
}
