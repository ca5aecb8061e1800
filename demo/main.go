// Command demo runs a marketplace with its monitoring on this machine: a throwaway database with a
// year of business, simulated external services, the exporter, Prometheus with the rules,
// Alertmanager, receivers that print its notifications, and Grafana where it is installed.
//
//	go run ./demo                                    # everything, until Ctrl-C
//	go run ./demo break database-stopped             # a fault in the running demo
//	go run ./demo seed --database.url=postgres://…    # only the marketplace, in an empty database
//	go run ./demo traffic --database.url=postgres://… # only its users
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

// command runs a command whose flags are registered.
type command func(ctx context.Context, stdout io.Writer) error

// run returns when the command of args has ended. The end of ctx is no error.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	app := kingpin.New("demo", "A marketplace with its monitoring, to try out.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.HelpFlag.Short('h')
	commands := map[string]command{
		"up":      upCommand(app.Command("up", "Start everything: database, traffic, exporter, Prometheus, Alertmanager.").Default()),
		"break":   breakCommand(app.Command("break", "Begin or end a fault in the running demo.")),
		"seed":    seedCommand(app.Command("seed", "Fill an empty database with a year of business.")),
		"traffic": trafficCommand(app.Command("traffic", "Use a seeded marketplace until interrupted.")),
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
