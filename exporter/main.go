// Command marketplace_exporter turns what an online marketplace runs on into Prometheus metrics.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/common/version"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errShown):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "marketplace_exporter: error:", err)
		os.Exit(1)
	}
}

// errShown ends the program with status 1 and without a word: the reasons have been printed already.
var errShown = errors.New("see above")

// run is the program: it ends when ctx does or the command is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	config, command, err := parse(args, stdout, stderr)
	if err != nil || command == "" {
		return err
	}
	config.Log.Writer = stderr
	logger := promslog.New(&config.Log)
	switch command {
	case commandCheck:
		return runCheck(ctx, config, logger, stdout)
	case commandMetrics:
		return printInventory(ctx, config, logger, stdout)
	}
	logger.Info("starting", "version", version.Version, "revision", version.GetRevision())
	return serve(ctx, config, logger)
}
