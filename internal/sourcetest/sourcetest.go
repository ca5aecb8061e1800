// Package sourcetest has the helpers that the tests of polled sources share.
package sourcetest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Samples returns what a scrape of the source gets, as sorted lines of the text format without
// comments, and the error of the collection. The metrics must be consistent and described.
func Samples(tb testing.TB, s source.Source) ([]string, error) {
	tb.Helper()
	metrics, collectErr := source.MetricsOf(tb.Context(), s)
	descs := map[*prometheus.Desc]bool{}
	for _, desc := range s.Descs() {
		descs[desc.Desc] = true
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(prometheus.CollectorFunc(func(ch chan<- prometheus.Metric) {
		for _, m := range metrics {
			require.True(tb, descs[m.Desc()], "%s is not described", m.Desc())
			ch <- m
		}
	}))
	families, err := registry.Gather()
	require.NoError(tb, err)
	return lines(tb, families), collectErr
}

// lines returns families as sorted lines of the text format without comments.
func lines(tb testing.TB, families []*dto.MetricFamily) []string {
	tb.Helper()
	var text strings.Builder
	for _, family := range families {
		_, err := expfmt.MetricFamilyToText(&text, family)
		require.NoError(tb, err)
	}
	return Sorted(text.String())
}

// Sorted returns the lines of the text format without comments, sorted.
func Sorted(text string) []string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" || strings.HasPrefix(line, "#") })
	slices.Sort(lines)
	return lines
}

// Poll runs the source until its first poll has ended and returns what a scrape gets, without the
// metrics of the API client.
func Poll(tb testing.TB, s source.Source) ([]string, error) {
	tb.Helper()
	ctx, stop := context.WithCancel(tb.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.(source.Runner).Run(ctx) }()
	defer func() { stop(); <-ended }()
	var samples []string
	var err error
	require.Eventually(tb, func() bool {
		samples, err = Samples(tb, s)
		return err == nil || !strings.Contains(err.Error(), "the first collection has not ended")
	}, 10*time.Second, 5*time.Millisecond)
	return slices.DeleteFunc(samples, func(line string) bool { return strings.Contains(line, "_api_") }), err
}

// Has reports whether a sample begins with prefix.
func Has(samples []string, prefix string) bool {
	return slices.ContainsFunc(samples, func(s string) bool { return strings.HasPrefix(s, prefix) })
}

// line returns the first sample that begins with prefix, or "".
func line(samples []string, prefix string) string {
	i := slices.IndexFunc(samples, func(s string) bool { return strings.HasPrefix(s, prefix) })
	if i < 0 {
		return ""
	}
	return samples[i]
}

// Serve serves a handler for the rest of the test and returns its address.
func Serve(tb testing.TB, handler http.Handler) *url.URL {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	require.NoError(tb, err)
	return address
}
