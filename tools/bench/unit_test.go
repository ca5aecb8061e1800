package bench_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// costing returns a measurement whose statements took the milliseconds.
func costing(statements float64) *measurement {
	m := &measurement{
		scrapes: 2, connections: 1, latencies: []time.Duration{time.Second},
		before: page{text: "x\nprocess_cpu_seconds_total 1\n"},
		after:  page{text: "# x\nprocess_cpu_seconds_total 1.5\nb 1\n"},
	}
	m.database.statements[milliseconds] = statements
	return m
}

func good() *report {
	bare := costing(10)
	bare.before, bare.after = page{}, page{}
	return &report{
		ours: costing(19), bare: bare, parallel: parallel{connections: 2},
		pair: pair{scrapes: 8, one: cost{calls: 80}, two: []cost{{calls: 80}, {calls: 90}}},
	}
}

func TestLimits(t *testing.T) {
	require.Empty(t, exceeded(good()))
	for name, change := range map[string]func(r *report){
		"statements cost too much":            func(r *report) { r.ours = costing(20.1) },
		"a temporary block":                   func(r *report) { r.total[tempBlocks] = 1 },
		"a third connection in parallel":      func(r *report) { r.parallel.connections = 3 },
		"a third connection":                  func(r *report) { r.ours.connections = 3 },
		"a second scraper costs more queries": func(r *report) { r.pair.two[1][calls] = 91 },
	} {
		r := good()
		change(r)
		require.Len(t, exceeded(r), 1, name)
	}
}

func TestTableHasAColumnForEachMeasurement(t *testing.T) {
	var text strings.Builder
	r := good()
	r.write(&text)
	require.Contains(t, text.String(), "| CPU of the exporter | 250.0 ms |")
	require.Contains(t, text.String(), "| series | 2 |  |\n")
	require.NotContains(t, text.String(), "postgres_exporter")
	r.peer = costing(40)
	r.write(&text)
	require.Contains(t, text.String(), "| statements alone: time | 19.0 ms | 10.0 ms | 40.0 ms |\n")
}

func TestQuantiles(t *testing.T) {
	values := []time.Duration{4, 1, 3, 2}
	require.EqualValues(t, 3, quantile(values, 0.5))
	require.EqualValues(t, 4, quantile(values, 1))
	require.Zero(t, quantile(nil, 0.5))
}

func TestIncompleteScrapesAreErrors(t *testing.T) {
	require.NoError(t, page{text: "# x\npg_up{datname=\"a\"} 1.0\nb 2\n"}.validate())
	require.Error(t, page{text: "# x\npg_up{datname=\"a\"} 0.0\nb 2\n"}.validate())
	require.Error(t, page{text: "# x\nb 2\n"}.validate())
	require.Error(t, page{text: "# x\npg_up 1\nmarketplace_source_failing{part=\"a\"} 1.0\n"}.validate())
}

func exceeded(r *report) []verdict {
	return slices.DeleteFunc(r.verdicts(), func(v verdict) bool { return v.holds })
}
