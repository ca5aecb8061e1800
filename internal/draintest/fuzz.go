package draintest

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
)

// TakeAnything holds drains, which start returns with what they count in, against what must be true of any delivery: it is
// read in the same way each time and not changed, counts once, and never becomes a label that is on no list.
func TakeAnything(tb testing.TB, body []byte, form intake.Form, start func() (intake.Drain, []prometheus.Collector)) {
	tb.Helper()
	original := string(body)
	first, firstMetrics := start()
	second, secondMetrics := start()
	tally, err := first.Take(body, form)
	again, againErr := second.Take(body, form)
	require.Equal(tb, err, againErr)
	require.Equal(tb, tally, again)
	require.Equal(tb, original, string(body))
	samples := Counted(tb, firstMetrics...)
	require.Equal(tb, samples, Counted(tb, secondMetrics...))
	RequireBounded(tb, samples)
	if err != nil || tally.Counted == 0 {
		require.Empty(tb, samples)
	}
	if err == nil {
		repeated, err := first.Take(body, form)
		require.NoError(tb, err)
		require.Zero(tb, repeated.Counted)
		require.Equal(tb, samples, Counted(tb, firstMetrics...))
	}
}
