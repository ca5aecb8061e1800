// Command marketplace_exporter exports the health of an online marketplace to Prometheus.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/aimarketplace/monitoring/exporter/app"
)

func main() {
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
	logger := config.Logger(stderr)
	if command == app.CommandServe {
		limitMemory(logger, memlimit.FromCgroup)
	}
	exporter, err := app.New(config, logger)
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
