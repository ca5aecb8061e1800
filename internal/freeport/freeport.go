// Package freeport picks TCP ports for servers that cannot report the port they listen on, such as
// Postgres and Prometheus, or that must keep it over a restart.
package freeport

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Linux takes the ports of outgoing connections from 32768 up. Lower ones stay free while a server
// restarts.
const (
	lowest   = 15000
	highest  = 32000
	attempts = 100
)

// Pick returns a free port on 127.0.0.1.
func Pick(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	var errs []error
	for range attempts {
		port := lowest + rand.IntN(highest-lowest)
		listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if err := listener.Close(); err != nil {
			return 0, fmt.Errorf("releasing port %d: %w", port, err)
		}
		return port, nil
	}
	return 0, fmt.Errorf("picking a free port, %d tried: %w", attempts, errors.Join(errs...))
}
