// Package draintest has what the tests of all drains need.
package draintest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// Lists returns what the exporter is shipped with.
func Lists(tb testing.TB) func() *bound.Lists {
	tb.Helper()
	lists, err := bound.Load(bound.Files{})
	require.NoError(tb, err)
	return func() *bound.Lists { return lists }
}

// Window returns one that forgets nothing that a test can bring.
func Window() *seen.Window { return seen.New(10*time.Minute, 1_000_000) }

// Take has a drain take a delivery, which must work.
func Take(tb testing.TB, drain intake.Drain, body string) batch.Tally {
	tb.Helper()
	tally, err := drain.Take([]byte(body), intake.JSON)
	require.NoError(tb, err)
	return tally
}

// Counted returns the samples of collectors that are not zero, in the order of their text: those of counters as they would
// be scraped, and of histograms the count and the sum.
func Counted(tb testing.TB, collectors ...prometheus.Collector) []string {
	tb.Helper()
	return slices.DeleteFunc(All(tb, collectors...), func(sample string) bool {
		return strings.HasSuffix(sample, "} 0") || strings.HasSuffix(sample, "} 0 0")
	})
}

// All is [Counted] with those that are zero.
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

// Measure has a drain take a delivery of so many rows again and again. Before each time, renew makes its rows those of
// somebody else.
func Measure(b *testing.B, drain intake.Drain, form intake.Form, body []byte, rows int, renew func()) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		renew()
		tally, err := drain.Take(body, form)
		if err != nil || tally.Counted != rows {
			b.Fatalf("counted %d of %d: %v", tally.Counted, rows, err)
		}
	}
	runtime.ReadMemStats(&after)
	taken := float64(b.N * rows)
	b.ReportMetric(taken/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/taken, "B/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/taken, "allocs/row")
	b.ReportMetric(float64(len(body))/float64(rows), "bytes/row")
}

// Renew finds where digits are in a body, and returns a function that puts others in their place, new ones each time.
func Renew(body []byte, digits string) func() {
	var places []int
	for at := 0; ; {
		next := strings.Index(string(body[at:]), digits)
		if next < 0 {
			break
		}
		places = append(places, at+next)
		at += next + len(digits)
	}
	n := 0
	return func() {
		for _, at := range places {
			n++
			for digit, rest := at+len(digits)-1, n; digit >= at; digit, rest = digit-1, rest/10 {
				body[digit] = "0123456789"[rest%10]
			}
		}
	}
}
