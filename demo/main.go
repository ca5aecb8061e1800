// Command demo shows the monitoring at work: a throwaway marketplace with a year of business, its exporter, Prometheus with
// the rules, Alertmanager, and what people would have got from it.
//
//	go run ./demo                                    # everything, until Ctrl-C
//	go run ./demo break database-stopped             # something to be told of, in the demo that runs
//	go run ./demo seed --database.url=postgres://…    # the marketplace alone, in an empty database
//	go run ./demo traffic --database.url=postgres://… # people who use it
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// command is one thing the program can do, with its flags already registered.
type command func(ctx context.Context, stdout io.Writer) error

// run does what args say and returns when that is done or ctx is; being told to stop is no error.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	app := kingpin.New("demo", "A marketplace to look at, and its monitoring.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.HelpFlag.Short('h')
	commands := map[string]command{
		"up":      upCommand(app.Command("up", "Start everything: database, traffic, exporter, Prometheus, Alertmanager.").Default()),
		"break":   breakCommand(app.Command("break", "Break something in the demo that runs, or mend it.")),
		"seed":    seedCommand(app.Command("seed", "Fill an empty database with a year of business.")),
		"traffic": trafficCommand(app.Command("traffic", "Use a seeded marketplace until stopped.")),
	}
	name, err := app.Parse(args)
	if err != nil {
		return fmt.Errorf("%w, try --help", err)
	}
	if err := commands[name](ctx, stdout); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
