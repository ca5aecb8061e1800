// Package freeport picks TCP ports for servers that are told theirs and may be restarted on it.
package freeport

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports below the range that Linux hands to outgoing connections (32768 and up): one of those cannot take the port
// of a server that is down for a restart.
const (
	lowest   = 15000
	highest  = 32000
	attempts = 100
)

// Pick is a port on 127.0.0.1 that nobody listens on.
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
