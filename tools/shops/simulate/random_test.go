package simulate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// moments returns the mean and the variance of 20000 draws.
func moments(draw func() float64) (mean, variance float64) {
	const n = 20000
	squares := 0.0
	for range n {
		x := draw()
		mean += x / n
		squares += x * x / n
	}
	return mean, squares - mean*mean
}

func TestPoisson(t *testing.T) {
	r := newRandom(1)
	for _, expected := range []float64{0, 0.5, 3, 49, 51, 100000} {
		mean, variance := moments(func() float64 { return r.poisson(expected) })
		require.InDelta(t, expected, mean, 0.02*expected)
		require.InDelta(t, expected, variance, 0.1*expected)
	}
}

func TestSplit(t *testing.T) {
	r := newRandom(1)
	for _, count := range []float64{0, 3, 40, 1e6} {
		mean, variance := moments(func() float64 { return r.split(count, 0.14) })
		require.InDelta(t, 0.14*count, mean, 0.02*count)
		require.InDelta(t, 0.14*0.86*count, variance, 0.02*count)
		require.Zero(t, r.split(count, 0))
		require.InDelta(t, count, r.split(count, 1), 0)
	}
}

func TestLognormal(t *testing.T) {
	require.InDelta(t, 0.5, lognormal(0.1, 0.1), 1e-9)
	require.InDelta(t, 0.95, lognormal(0.2, 0.1), 0.001)
}

func TestSeason(t *testing.T) {
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	require.InDelta(t, 1.98, season(at.Add(15*time.Hour)), 1e-9, "most on a working day at 15:00")
	require.InDelta(t, 0.22, season(at.Add(3*time.Hour)), 1e-9, "least at 03:00")
	mean := 0.0
	for minute := range 7 * 24 * 60 {
		mean += season(at.Add(time.Duration(minute)*time.Minute)) / (7 * 24 * 60)
	}
	require.InDelta(t, 1, mean, 1e-9)
}

func TestLedger(t *testing.T) {
	l := newLedger()
	l.add(0, pending, 5)
	for range 9 {
		l.tick()
	}
	l.end(9, sent, 2)
	require.Equal(t, counts{pending: 3, sent: 2}, l.sums[0])
	copied := l.clone()
	l.tick()
	require.Equal(t, counts{}, l.sums[0], "the minute leaves the window")
	require.Equal(t, counts{pending: 3, sent: 2}, l.sums[1])
	require.Equal(t, counts{pending: 3, sent: 2}, copied.sums[0])
	require.Equal(t, counts{pending: 3, sent: 2}, *copied.minute(9))
}
