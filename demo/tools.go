package main

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// tools are the programs that the demo runs.
type tools struct {
	root         string // of the repository
	postgres     string // directory of initdb and postgres
	prometheus   string
	alertmanager string
}

func findTools() (tools, error) {
	var t tools
	var err error
	if t.root, err = toolbox.Root(); err != nil {
		return t, err
	}
	if t.postgres, _, err = toolbox.AnyPostgres(); err != nil {
		return t, err
	}
	if t.prometheus, err = toolbox.AnyPrometheus(); err != nil {
		return t, err
	}
	// Not the system's: the configuration needs a recent version.
	t.alertmanager, err = toolbox.Path("alertmanager")
	return t, err
}

// choosePort returns the configured port, else the usual one if it is free, else any free port.
func choosePort(ctx context.Context, configured, usual int) (int, error) {
	if configured != 0 {
		return configured, nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", local(usual))
	if err != nil {
		return freeport.Pick(ctx)
	}
	if err := listener.Close(); err != nil {
		return 0, fmt.Errorf("trying port %d: %w", usual, err)
	}
	return usual, nil
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
