// Command bench measures what a scrape of the exporter costs, itself and the database, beside a bare read of
// pg_stat_statements and beside postgres_exporter, all in turns on one throwaway server with a large fixture. It fails
// if the exporter takes more than it is held to.
//
//	go run ./internal/bench -peer "$(tools/install.sh postgres_exporter)"
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say how much is measured. The defaults are the ones that results are comparable for.
type options struct {
	peer                        string // path of postgres_exporter; empty leaves it out
	statements, tables, indexes int
	rounds, warmup, peerRounds  int
	queries                     int           // listed
	pace                        time.Duration // from one round to the next, if that is not over yet
	crowd                       time.Duration // how long many scrape at once
	pairRounds                  int
	pairInterval                time.Duration // of each of two scrapers that do not know of one another
}

// run does what args say. The report goes to stdout and what is going on to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var opts options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.peer, "peer", "", "path of postgres_exporter; without it there is no such column")
	flags.IntVar(&opts.statements, "statements", 5000, "entries in pg_stat_statements")
	flags.IntVar(&opts.tables, "tables", 2000, "tables")
	flags.IntVar(&opts.indexes, "indexes", 5000, "indexes, one for each table at least and three at most")
	flags.IntVar(&opts.rounds, "rounds", 80, "scrapes of the exporter measured")
	flags.IntVar(&opts.warmup, "warmup", 8, "scrapes before that")
	flags.DurationVar(&opts.pace, "pace", 750*time.Millisecond, "time from one scrape of the exporter to the next")
	flags.IntVar(&opts.peerRounds, "peer-rounds", 20, "scrapes of postgres_exporter measured, without a pace")
	flags.IntVar(&opts.queries, "queries", 0, "how many of the exporter's costliest queries to list")
	flags.DurationVar(&opts.crowd, "crowd", 5*time.Second, "how long 20 scrape at once")
	flags.IntVar(&opts.pairRounds, "pair-rounds", 8, "scrapes by each of two that scrape on their own clocks")
	flags.DurationVar(&opts.pairInterval, "pair-interval", time.Second, "time between scrapes of each of the two")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{options: opts, progress: &progress{out: stderr, began: time.Now()}}
	return b.run(ctx, stdout)
}
