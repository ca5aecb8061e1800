package database

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// dialWithin returns a dial function whose attempts and connections end with lifetime. Otherwise
// closing the pool would wait until the driver's timeout for a server that does not respond.
func dialWithin(lifetime context.Context, dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(lifetime, cancel)()
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &boundConn{Conn: conn, release: context.AfterFunc(lifetime, func() { _ = conn.Close() })}, nil
	}
}

// boundConn is closed when a context ends, unless it is released before.
type boundConn struct {
	net.Conn
	release func() bool
}

func (c *boundConn) Close() error {
	c.release()
	return c.Conn.Close()
}
