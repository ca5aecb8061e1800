package database

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Console is the admin console of PgBouncer, over at most one connection. It has no transactions,
// and one command a round trip. A Console is safe for concurrent use.
type Console struct {
	*cost

	target     Target
	dial       func(pgconn.DialFunc) pgconn.DialFunc
	close      func(*pgconn.PgConn) // closes a connection in the background
	disconnect context.CancelFunc   // closes the connections without waiting for the pooler
	closing    sync.WaitGroup       // connections that are being closed

	mu   sync.Mutex
	conn *pgconn.PgConn // nil before the first command and after a failed one
}

// consoleDatabase is the name under which PgBouncer serves its console.
const consoleDatabase = "pgbouncer"

// maxConsoleRows limits the memory of a result.
const maxConsoleRows = 10_000

// OpenConsole returns the console of the pooler at target, regardless of the database in its URL.
// It does not connect. The metrics about its cost have the label source.
func OpenConsole(target Target, source string) (*Console, error) {
	if _, err := target.connConfig(); err != nil {
		return nil, err
	}
	lifetime, disconnect := context.WithCancel(context.Background())
	c := &Console{target: target, disconnect: disconnect}
	c.dial = func(dial pgconn.DialFunc) pgconn.DialFunc { return dialWithin(lifetime, dial) }
	c.close = func(conn *pgconn.PgConn) { c.closing.Go(func() { closeConn(lifetime, conn) }) }
	c.cost = newCost(source, func() float64 {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.conn == nil {
			return 0
		}
		return 1
	})
	return c, nil
}

// Close closes the connection.
func (c *Console) Close() {
	c.Reset()
	defer time.AfterFunc(shutdownTimeout, c.disconnect).Stop()
	c.closing.Wait()
	c.disconnect()
}

// Reset closes the connection, so that the next command connects with the current secrets.
func (c *Console) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.discard()
}

// Show returns the result of a SHOW command. If the pooler closed the connection while it was idle,
// Show connects again.
func (c *Console) Show(ctx context.Context, what string) (Result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	started := time.Now()
	defer func() { c.seconds.Add(time.Since(started).Seconds()) }()
	for {
		reused := c.conn != nil
		if err := c.connect(ctx); err != nil {
			return Result{}, err
		}
		c.queries.Inc()
		c.roundTrips.Inc()
		result, err := c.exec(ctx, "SHOW "+what)
		if err != nil && c.conn != nil && c.conn.IsClosed() {
			c.discard()
			if reused && ctx.Err() == nil {
				continue
			}
		}
		if err != nil {
			err = fmt.Errorf("executing SHOW %s: %w", what, err)
		}
		return result, err
	}
}

func (c *Console) connect(ctx context.Context) error {
	if c.conn != nil {
		return nil
	}
	config, err := c.target.connConfig() // secrets in files may have changed
	if err != nil {
		return err
	}
	config.Database = consoleDatabase
	config.DialFunc = c.dial(config.DialFunc)
	c.conn, err = pgconn.ConnectConfig(ctx, &config.Config)
	if err != nil {
		c.conn = nil
		return consoleError(newConnectError(err))
	}
	return nil
}

// consoleError gives err a reason: PgBouncer reports all errors with the same SQLSTATE.
func consoleError(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	text := err.Error()
	switch {
	case pgErr.Message == "not allowed":
		text += "; hint: name the user in stats_users in pgbouncer.ini"
	case !strings.Contains(pgErr.Message, "authentication failed") && !strings.Contains(pgErr.Message, "no such user"):
		return err
	}
	return &connectError{text, failure.New(failure.Authentication, errors.New(pgErr.Message))}
}

func (c *Console) exec(ctx context.Context, sql string) (Result, error) {
	var result Result
	results := c.conn.Exec(ctx, sql)
	for results.NextResult() {
		rows := results.ResultReader()
		result.Fields = fieldsOf(rows.FieldDescriptions())
		for rows.NextRow() {
			if len(result.Rows) == maxConsoleRows {
				c.discard()
				return Result{}, failure.New(failure.Invalid, fmt.Errorf("the result has more than %d rows", maxConsoleRows))
			}
			var row [][]byte
			for _, value := range rows.Values() {
				row = append(row, []byte(string(value))) // the next row overwrites the value
			}
			result.Rows = append(result.Rows, row)
		}
	}
	return result, results.Close()
}

// discard closes the connection without waiting for a pooler that does not respond.
func (c *Console) discard() {
	if conn := c.conn; conn != nil {
		c.conn = nil
		c.close(conn)
	}
}
