package database

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// A connection whose peer does not acknowledge data or probes for this long is closed. Otherwise
// the system would wait for many minutes if a host or a NAT has lost the connection.
const peerTimeout = 10 * time.Second

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
		if tcp, ok := conn.(*net.TCPConn); ok {
			if err := limitPeer(tcp); err != nil {
				_ = conn.Close()
				return nil, err
			}
		}
		return &boundConn{Conn: conn, release: context.AfterFunc(lifetime, func() { _ = conn.Close() })}, nil
	}
}

// limitPeer applies peerTimeout: to probes while the connection waits for a query, and to data.
func limitPeer(conn *net.TCPConn) error {
	const probes = 4
	err := conn.SetKeepAliveConfig(net.KeepAliveConfig{
		Enable: true, Idle: peerTimeout / 2, Interval: peerTimeout / 2 / probes, Count: probes,
	})
	if err != nil {
		return err
	}
	return setUserTimeout(conn, peerTimeout)
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
