package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// costing is a measurement with so many milliseconds for statements.
func costing(milliseconds float64) *measurement {
	return &measurement{
		scrapes: 2, connections: 1, latencies: []time.Duration{time.Second},
		database: account{statements: bill{milliseconds: milliseconds}},
		before:   page{text: "x\nprocess_cpu_seconds_total 1\n"},
		last:     page{text: "# x\nprocess_cpu_seconds_total 1.5\nb 1\n"},
	}
}

func good() *report {
	bare := costing(10)
	bare.before, bare.last = page{}, page{}
	return &report{
		ours: costing(19), bare: bare, crowd: crowd{connections: 2},
		pair: pair{scrapes: 8, one: bill{calls: 80}, two: []bill{{calls: 80}, {calls: 90}}},
	}
}

func TestLimitsAreHeld(t *testing.T) {
	require.Zero(t, good().failed())
	for name, spoil := range map[string]func(r *report){
		"statements are dear":               func(r *report) { r.ours = costing(20.1) },
		"something spilled":                 func(r *report) { r.oursInAll.spilled = 1 },
		"a third connection":                func(r *report) { r.crowd.connections = 3 },
		"a third connection from the start": func(r *report) { r.ours.connections = 3 },
		"a second scraper adds calls":       func(r *report) { r.pair.two[1].calls = 91 },
	} {
		r := good()
		spoil(r)
		require.Equal(t, 1, r.failed(), name)
	}
}

func TestTheTableHasAColumnForWhatWasMeasured(t *testing.T) {
	var text strings.Builder
	r := good()
	require.NoError(t, r.write(&text))
	require.Contains(t, text.String(), "| CPU of the exporter | 250.0 ms |")
	require.Contains(t, text.String(), "| series | 2 |  |\n")
	require.NotContains(t, text.String(), "postgres_exporter")
	r.peer = costing(40)
	require.NoError(t, r.write(&text))
	require.Contains(t, text.String(), "| statements alone: time | 19.0 ms | 10.0 ms | 40.0 ms |\n")
}

func TestQuantiles(t *testing.T) {
	values := []time.Duration{4, 1, 3, 2}
	require.EqualValues(t, 3, quantile(values, 0.5))
	require.EqualValues(t, 4, quantile(values, 1))
	require.Zero(t, quantile(nil, 0.5))
}

func TestAScrapeThatLacksSomethingIsNoScrape(t *testing.T) {
	require.NoError(t, page{text: "# x\npg_up{datname=\"a\"} 1.0\nb 2\n"}.complete())
	require.Error(t, page{text: "# x\npg_up{datname=\"a\"} 0.0\nb 2\n"}.complete())
	require.Error(t, page{text: "# x\nb 2\n"}.complete())
	require.Error(t, page{text: "# x\npg_up 1\nmarketplace_source_failing{part=\"a\"} 1.0\n"}.complete())
}
