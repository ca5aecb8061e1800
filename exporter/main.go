// Command marketplace_exporter exports the health of an online marketplace to Prometheus.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/aimarketplace/monitoring/exporter/app"
)

// memoryLimit is in bytes. Above it, the garbage collector works harder and returns memory, so that
// a burst of large deliveries does not keep its memory. GOMEMLIMIT replaces it.
const memoryLimit = 512 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "marketplace_exporter: error:", err)
		os.Exit(1)
	}
}

// run executes the command in args. The command serve runs until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	config, command, err := app.Parse(args, stdout, stderr)
	if err != nil || command == app.CommandNone {
		return err
	}
	if command == app.CommandMetrics {
		return app.PrintMetrics(ctx, config, stdout)
	}
	exporter, err := app.New(config, config.Logger(stderr))
	if err != nil {
		return err
	}
	defer exporter.Close()
	if command == app.CommandCheck {
		return exporter.Check(ctx, stdout)
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			_ = exporter.Reload() // which logs and counts its error
		}
	}()
	return exporter.Run(ctx)
}
