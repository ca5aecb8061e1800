package main

import (
	"context"
	"errors"
	"sync"
	"syscall"

	"github.com/aimarketplace/monitoring/internal/pgserver"
)

// cluster is a Postgres server that a fault may stop and start while the demo watches it.
type cluster struct {
	mu     sync.Mutex
	server *pgserver.Server
}

func (c *cluster) start(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server.Start(ctx)
}

func (c *cluster) stop(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server.Stop(ctx, pgserver.Fast)
}

func (c *cluster) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server.Close()
}

// alive is true for a server that was stopped, too: it has not died.
func (c *cluster) alive() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	pid := c.server.Pid()
	return pid == 0 || alive(pid)
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
