// Package draintest has the helpers that the tests of all drains share: signed and compressed
// payloads, samples of metrics, and the checks of their fuzz targets.
package draintest

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// Lists returns the default lists.
func Lists(tb testing.TB) func() *allow.Lists {
	tb.Helper()
	lists, err := allow.Load(allow.Files{})
	require.NoError(tb, err)
	return func() *allow.Lists { return lists }
}

// Window returns a deduplication window that evicts nothing during a test.
func Window() *inbound.Window { return inbound.NewWindow(10*time.Minute, 1_000_000) }

// Handle passes a JSON delivery to a drain, which must accept it.
func Handle(tb testing.TB, drain row.Handler, body string) row.Tally {
	tb.Helper()
	tally, err := drain.Handle([]byte(body), inbound.JSON)
	require.NoError(tb, err)
	return tally
}

// Counted returns the sorted samples that are not zero: counters as in a scrape, and histograms
// with their count and sum.
func Counted(tb testing.TB, collectors ...prometheus.Collector) []string {
	tb.Helper()
	return slices.DeleteFunc(All(tb, collectors...), func(sample string) bool {
		return strings.HasSuffix(sample, "} 0") || strings.HasSuffix(sample, "} 0 0")
	})
}

// All is [Counted] with the samples that are zero.
func All(tb testing.TB, collectors ...prometheus.Collector) []string {
	tb.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collectors...)
	families, err := registry.Gather()
	require.NoError(tb, err)
	var samples []string
	for _, family := range families {
		for _, m := range family.GetMetric() {
			samples = append(samples, family.GetName()+labels(m)+" "+value(m))
		}
	}
	slices.Sort(samples)
	return samples
}

func labels(m *dto.Metric) string {
	var pairs []string
	for _, pair := range m.GetLabel() {
		if pair.GetValue() != "" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", pair.GetName(), pair.GetValue()))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func value(m *dto.Metric) string {
	if h := m.GetHistogram(); h != nil {
		return fmt.Sprintf("%d %.6g", h.GetSampleCount(), h.GetSampleSum())
	}
	return fmt.Sprintf("%.12g", m.GetCounter().GetValue())
}

// Measure handles a delivery with the given number of rows in each iteration, after renew has
// changed the rows so that none is a duplicate.
func Measure(b *testing.B, drain row.Handler, format inbound.Format, body []byte, rows int, renew func()) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		renew()
		tally, err := drain.Handle(body, format)
		if err != nil || tally.Counted != rows {
			b.Fatalf("counted %d of %d: %v", tally.Counted, rows, err)
		}
	}
	runtime.ReadMemStats(&after)
	counted := float64(b.N * rows)
	b.ReportMetric(counted/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/counted, "B/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/counted, "allocs/row")
	b.ReportMetric(float64(len(body))/float64(rows), "bytes/row")
}

// Renew returns a function that replaces every occurrence of digits in body by a new number.
func Renew(body []byte, digits string) func() {
	parts := bytes.SplitAfter(body, []byte(digits)) // slices of body
	n := 0
	return func() {
		for _, part := range parts[:len(parts)-1] {
			n++
			for at, rest := len(part)-1, n; at >= len(part)-len(digits); at, rest = at-1, rest/10 {
				part[at] = "0123456789"[rest%10]
			}
		}
	}
}
