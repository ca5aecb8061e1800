package main

import (
	"context"
	"sync"

	"github.com/aimarketplace/monitoring/internal/pgserver"
)

// cluster is a Postgres server that a fault stops and starts while watch checks it.
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

// alive returns true for a server that was stopped: it has not crashed.
func (c *cluster) alive() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	pid := c.server.Pid()
	return pid == 0 || alive(pid)
}
