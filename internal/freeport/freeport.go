// Package freeport picks TCP ports for servers that cannot report the port they listen on, such as
// Postgres and Prometheus, or that must keep it over a restart.
package freeport

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Linux takes the ports of outgoing connections from 32768 up. Lower ones stay free while a server
// restarts.
const lowest, highest, attempts = 15000, 32000, 100

// Pick returns a free port on 127.0.0.1.
func Pick(ctx context.Context) (int, error) {
	var config net.ListenConfig
	var err error
	for range attempts {
		port := lowest + rand.IntN(highest-lowest)
		var listener net.Listener
		if listener, err = config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, listener.Close()
		}
	}
	return 0, fmt.Errorf("picking a free port, %d tried: %w", attempts, err)
}

// Prefer returns a port if it is free on 127.0.0.1, or else any free port.
func Prefer(ctx context.Context, port int) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return Pick(ctx)
	}
	return port, listener.Close()
}
