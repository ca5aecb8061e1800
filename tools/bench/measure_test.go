package bench_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// measurement is the cost of one exporter's scrapes, or of the bare select.
type measurement struct {
	scrapes       int
	pace          time.Duration // of the measured scrapes
	latencies     []time.Duration
	before, after page     // the exporter's last warm-up scrape and its last measured one
	memory        float64  // peak, in bytes
	database      roleCost // of one scrape
	connections   int      // maximum
}

// measureScrapes scrapes an exporter and runs the bare select after each scrape, so that other load
// on the machine affects both. The result leaves out the warm-up.
func (db *database) measureScrapes(t *testing.T, e *exporter, pace time.Duration, count int) (ours, bare *measurement) {
	t.Helper()
	logf("scraping %s %d times", e.role, count)
	warm, _ := db.scrapes(t, e, pace, max(2, count/10))
	before := db.costs(t)
	stop := db.watchConnections(t, 50*time.Millisecond)
	ours, bare = db.scrapes(t, e, pace, count)
	connections := stop()
	after := db.costs(t)
	ours.before, ours.memory = warm.after, e.peakMemory()
	ours.connections, bare.connections = connections[e.role], connections[bareRole]
	ours.database = after[e.role].since(before[e.role], count)
	bare.database = after[bareRole].since(before[bareRole], count)
	return ours, bare
}

func (db *database) scrapes(t *testing.T, e *exporter, pace time.Duration, count int) (ours, bare *measurement) {
	t.Helper()
	ours, bare = &measurement{scrapes: count}, &measurement{scrapes: count}
	client := newClient()
	began := time.Now()
	for range count {
		next := time.Now().Add(pace)
		var err error
		ours.after, err = scrape(db.ctx, client, e.url)
		require.NoError(t, err)
		ours.latencies = append(ours.latencies, ours.after.took)
		started := time.Now()
		_, err = db.bare.PgConn().Exec(db.ctx, "SELECT * FROM "+db.view+"(false)").ReadAll()
		require.NoError(t, err)
		bare.latencies = append(bare.latencies, time.Since(started))
		db.sleepUntil(t, next)
	}
	ours.pace = time.Since(began) / time.Duration(count)
	return ours, bare
}

const parallelScrapers = 20

// parallel is the result of parallelScrapers.
type parallel struct {
	scrapes     int64
	connections int // maximum of the exporter
}

// scrapeInParallel runs parallelScrapers without a pause for 7 paces.
func (db *database) scrapeInParallel(t *testing.T, e *exporter) parallel {
	t.Helper()
	logf("scraping %s with %d scrapers in parallel", e.role, parallelScrapers)
	stop := db.watchConnections(t, 3*time.Millisecond)
	var scrapes atomic.Int64
	var group errgroup.Group
	end := time.Now().Add(7 * *pace)
	for range parallelScrapers {
		group.Go(func() error {
			client := newClient()
			for time.Now().Before(end) {
				if _, err := scrape(db.ctx, client, e.url); err != nil {
					return err
				}
				scrapes.Add(1)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	return parallel{scrapes: scrapes.Load(), connections: stop()[oursRole]}
}

// pair is the database cost of one Prometheus server, and of two that scrape the same exporter.
type pair struct {
	scrapes int // by each server
	one     cost
	two     []cost // for each offset between the two servers
}

// scrapeAsPair compares one Prometheus server with two independent ones of the same scrape
// interval.
func (db *database) scrapeAsPair(t *testing.T, program string) pair {
	t.Helper()
	interval := *pace * 4 / 3
	// The slow tier is off: with an interval of its own it could run in one measurement and not in
	// the other.
	e := startOurs(t, db, program, "--collect.cache-duration="+(interval/2).String(), "--postgres.slow-interval=1h")
	scrapes := max(2, *rounds/10)
	logf("scraping as one server and as two, %d times each", scrapes)
	// The second server scrapes soon after the first and shares its collection, or soon before the
	// first's next scrape, which then shares the second's.
	return pair{scrapes: scrapes, one: db.scrapeAtOffsets(t, e, interval, scrapes, 0), two: []cost{
		db.scrapeAtOffsets(t, e, interval, scrapes, 0, interval*2/5),
		db.scrapeAtOffsets(t, e, interval, scrapes, 0, interval*4/5),
	}}
}

// scrapeAtOffsets returns the cost of one scraper for each offset into the interval, which each
// scrape count times.
func (db *database) scrapeAtOffsets(t *testing.T, e *exporter, interval time.Duration, count int, offsets ...time.Duration) cost {
	t.Helper()
	before := db.costs(t)
	var group errgroup.Group
	began := time.Now().Add(interval) // when no earlier collection is shared any more
	for _, offset := range offsets {
		group.Go(func() error {
			client := newClient()
			for i := range count {
				time.Sleep(time.Until(began.Add(offset + time.Duration(i)*interval)))
				if _, err := scrape(db.ctx, client, e.url); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	return db.costs(t)[e.role].since(before[e.role], 1).all
}
