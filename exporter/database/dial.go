package database

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// hangUpOn makes dial give up when life ends, and the connections that it made along with it. The driver alone would
// go on connecting to a server that does not answer until its own time is up, and closing would wait for that.
func hangUpOn(life context.Context, dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(life, cancel)()
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &mortal{Conn: conn, forget: context.AfterFunc(life, func() { _ = conn.Close() })}, nil
	}
}

// mortal is a connection that does not outlive somebody, who forgets it when it ends first.
type mortal struct {
	net.Conn
	forget func() bool
}

func (m *mortal) Close() error {
	m.forget()
	return m.Conn.Close()
}
