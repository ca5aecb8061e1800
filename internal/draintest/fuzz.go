package draintest

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// HandleAnything checks what must hold for any delivery: two drains, which start returns with their
// collectors, handle it in the same way and do not change it, rows count once, and every label
// value is on a list.
func HandleAnything(tb testing.TB, body []byte, format inbound.Format, start func() (row.Handler, []prometheus.Collector)) {
	tb.Helper()
	original := string(body)
	first, firstMetrics := start()
	second, secondMetrics := start()
	tally, err := first.Handle(body, format)
	again, againErr := second.Handle(body, format)
	require.Equal(tb, err, againErr)
	require.Equal(tb, tally, again)
	require.Equal(tb, original, string(body))
	samples := Counted(tb, firstMetrics...)
	require.Equal(tb, samples, Counted(tb, secondMetrics...))
	RequireAllowed(tb, samples)
	if err != nil || tally.Counted == 0 {
		require.Empty(tb, samples)
	}
	if err == nil {
		repeated, err := first.Handle(body, format)
		require.NoError(tb, err)
		require.Zero(tb, repeated.Counted)
		require.Equal(tb, samples, Counted(tb, firstMetrics...))
	}
}
