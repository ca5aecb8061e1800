package query_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/report/query"
)

func TestPlaceholders(t *testing.T) {
	to := time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC)
	w := query.Window{From: to.Add(-48 * time.Hour), To: to, Step: 5 * time.Minute, Interval: time.Hour, Environment: "production"}
	require.Equal(t, `x{e=~"production|", window="2d"}[2d:300s] 172800 [3600s] offset 86400s`,
		w.Expand(`x{e=~"$environment", window="$range"}[$range:$step] $seconds [$interval] offset $half`))
	require.Equal(t, `[90s]`, query.Window{From: to, To: to.Add(90 * time.Second)}.Expand(`[$range]`))
	w = w.Before(24 * time.Hour)
	require.Equal(t, to.Add(-24*time.Hour), w.To)
	require.Equal(t, 48*time.Hour, w.Span())
}

// TestValuesAreQuoted parses what Expand returns, and matches with it.
func TestValuesAreQuoted(t *testing.T) {
	hostile := "a.b\"} or up{c=\"\\d\n"
	h := &promtest.History{}
	at := time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC)
	h.Add(`x{route="a.b\"} or up{c=\"\\d\n"}`, at, at.Add(time.Minute), time.Minute, func(time.Time) float64 { return 1 })
	h.Add(`x{route="aXb"}`, at, at.Add(time.Minute), time.Minute, func(time.Time) float64 { return 2 })
	server := promtest.StartWithHistory(t, h)
	for _, w := range []query.Window{{Routes: []string{hostile, "/other"}}, {Selected: []string{hostile}}} {
		expr := w.Expand(`x{route=~"$routes$selected"} offset ` + time.Since(at).Truncate(time.Second).String())
		found := server.Query(t, expr)
		require.Len(t, found, 1, expr)
		require.Equal(t, model.SampleValue(1), found[0].Value)
	}
}

func TestTargetOfASeries(t *testing.T) {
	targets := model.Vector{
		{Metric: model.Metric{"__name__": "threshold:x"}, Value: 1},
		{Metric: model.Metric{"environment": "production"}, Value: 2},
		{Metric: model.Metric{"environment": "production", "route": "/a"}, Value: 3},
		{Metric: model.Metric{"environment": "preview", "route": "/b", "method": "GET"}, Value: 4},
	}
	require.Equal(t, 3.0, query.Target(model.Metric{"environment": "production", "route": "/a", "origin": "drains"}, targets))
	require.Equal(t, 2.0, query.Target(model.Metric{"environment": "production", "route": "/b"}, targets))
	require.Equal(t, 1.0, query.Target(model.Metric{"route": "/b"}, targets))
	require.True(t, math.IsNaN(query.Target(model.Metric{"route": "/a"}, targets[1:])))
}

func TestChartHasALimitIfAllSeriesHaveTheSame(t *testing.T) {
	lines := model.Matrix{{Metric: model.Metric{"metric": "LCP"}}, {Metric: model.Metric{"metric": "FCP"}}}
	require.Nil(t, query.Limit(lines, model.Vector{{Metric: model.Metric{"metric": "LCP"}, Value: 2.5}}))
	require.Nil(t, query.Limit(lines, model.Vector{{Metric: model.Metric{"metric": "LCP"}, Value: 2.5}, {Metric: model.Metric{"metric": "FCP"}, Value: 1.5}}))
	require.Equal(t, 3.0, query.Limit(lines, model.Vector{{Metric: model.Metric{}, Value: 3}}).Value)
	require.Nil(t, query.Limit(nil, model.Vector{{Metric: model.Metric{}, Value: 3}}))
}
