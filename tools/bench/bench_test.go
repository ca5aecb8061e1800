// Package bench_test measures the cost of a scrape: of marketplace_exporter, of a bare SELECT from
// pg_stat_statements and of postgres_exporter, on one throwaway server with a large fixture.
//
// `make bench` runs it with the sizes of docs/benchmarks.md and fails when marketplace_exporter
// exceeds a limit. `go test` runs it with small sizes, where the limits mean nothing.
package bench_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The sizes of the fixture and of the measurement. Results are comparable for the sizes of
// `make bench` only.
var (
	peer       = flag.String("peer", "", "path to postgres_exporter; empty skips its column")
	statements = flag.Int("statements", 60, "entries in pg_stat_statements")
	tables     = flag.Int("tables", 20, "tables")
	indexes    = flag.Int("indexes", 50, "indexes, at least one per table")
	rounds     = flag.Int("rounds", 4, "measured scrapes; the other counts are fractions of it")
	pace       = flag.Duration("pace", 200*time.Millisecond, "time from one scrape to the next; the other times are multiples of it")
	limits     = flag.Bool("limits", false, "fail when marketplace_exporter exceeds a limit")
)

// TestScrapeCost prints the report. It compares marketplace_exporter with the bare select of the
// same run, since times of different runs and machines are not comparable.
func TestScrapeCost(t *testing.T) {
	db := startDatabase(t)
	program := buildExporter(t)
	r := &report{version: db.version, loadBefore: loadAverage()}

	// With a slow interval of 3.5 paces every fourth scrape runs the slow tier, whatever the
	// jitter.
	ours := startOurs(t, db, program, "--collect.cache-duration=0s", "--postgres.slow-interval="+(*pace*7/2).String())
	r.ours, r.bare = db.measureScrapes(t, ours, *pace, *rounds)
	r.parallel = db.scrapeInParallel(t, ours)
	ours.stop(t)
	r.pair = db.scrapeAsPair(t, program)
	r.total = db.costs(t)[oursRole].all
	if *peer != "" {
		r.peer, _ = db.measureScrapes(t, startPeer(t, db), 0, *rounds/4) // without a pace, since each takes most of it
	}

	r.loadAfter = loadAverage()
	r.write(os.Stdout)
	if *limits {
		for _, v := range r.verdicts() {
			require.True(t, v.holds, v.text)
		}
	}
}

func logf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format(time.TimeOnly)+"  "+format+"\n", args...)
}

func (db *database) sleepUntil(t *testing.T, at time.Time) {
	t.Helper()
	select {
	case <-db.ctx.Done():
		require.NoError(t, context.Cause(db.ctx))
	case <-time.After(time.Until(at)):
	}
}

// loadAverage returns the system's load average of one minute.
func loadAverage() string {
	var minute string
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		_, _ = fmt.Sscan(string(text), &minute)
	}
	return minute
}
