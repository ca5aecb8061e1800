package database

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Limits bound a transaction. They end with it, so that a pooler can hand the session to another
// client.
type Limits struct {
	Statement time.Duration     // of each query; shortened to the time left until the context's deadline
	Lock      time.Duration     // of each wait for a lock
	Settings  map[string]string // further settings of the server, by name
}

// settings returns the settings of the server for the transaction.
func (l Limits) settings(ctx context.Context, searchPath string) map[string]string {
	statement := l.Statement
	if deadline, ok := ctx.Deadline(); ok {
		statement = min(statement, time.Until(deadline))
	}
	settings := map[string]string{
		"application_name":  "marketplace_exporter",
		"statement_timeout": milliseconds(statement),
		"lock_timeout":      milliseconds(l.Lock),
	}
	if searchPath != "" {
		settings["search_path"] = searchPath
	}
	maps.Copy(settings, l.Settings)
	return settings
}

// milliseconds never returns 0, which would disable the timeout.
func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(1, d.Milliseconds()), 10)
}

// Tx is a read-only transaction. It holds the connection from the first round trip until it is
// committed or closed. A Tx is not safe for concurrent use.
type Tx struct {
	db     *DB
	limits Limits
	conn   *pgxpool.Conn // nil before the first round trip and after the last
	begun  bool          // the server has confirmed the BEGIN
	ended  bool

	responded func() bool // stops the timer of the first response
}

// Begin returns a read-only transaction. The BEGIN travels with the queries of the first round
// trip. The caller must close the transaction.
func (db *DB) Begin(limits Limits) *Tx { return &Tx{db: db, limits: limits} }

// RoundTrip sends queries together and returns their results in the same order. A query that fails
// leaves the other queries and the transaction intact: its error is in its result. The returned
// error means that the transaction could not begin or that the connection was lost; it is then also
// the error of every query without a response, and the transaction has ended.
func (tx *Tx) RoundTrip(ctx context.Context, queries ...Query) ([]Result, error) {
	return tx.roundTrip(ctx, requestsOf(queries), false)
}

// RoundTripAndCommit is the last RoundTrip: it also ends the transaction, so that the connection
// can be used again. Without queries it only commits.
func (tx *Tx) RoundTripAndCommit(ctx context.Context, queries ...Query) ([]Result, error) {
	return tx.roundTrip(ctx, requestsOf(queries), true)
}

// Close ends the transaction. Unless it was committed, its connection is closed with it.
func (tx *Tx) Close() {
	tx.ended = true
	if tx.conn != nil {
		tx.release()
	}
}

// release returns the connection to the pool if it can be used again. Otherwise it closes the
// connection in the background: the pool has room for one connection, and would wait until that one
// is closed, which a server that does not respond delays.
func (tx *Tx) release() {
	conn := tx.conn
	tx.conn = nil
	if pg := conn.Conn().PgConn(); !pg.IsClosed() && !pg.IsBusy() && pg.TxStatus() == 'I' {
		pg.CustomData()[reusedKey] = true
		conn.Release()
		return
	}
	tx.db.discard(conn.Hijack())
}

// reusedKey marks a connection that has completed a transaction, in its custom data.
const reusedKey = "reused"

func requestsOf(queries []Query) []request {
	requests := make([]request, len(queries))
	for i, query := range queries {
		requests[i].Query = query
	}
	return requests
}

func (tx *Tx) roundTrip(ctx context.Context, requests []request, commit bool) ([]Result, error) {
	started := time.Now()
	defer func() { tx.db.seconds.Add(time.Since(started).Seconds()) }()
	answered, err := 0, errors.New("the transaction has ended")
	switch {
	case tx.ended:
	case tx.conn == nil:
		answered, err = tx.begin(ctx, requests, commit)
	default:
		answered, err = tx.exchange(ctx, requests, commit)
	}
	results := make([]Result, len(requests))
	for i, request := range requests {
		results[i] = request.result
		if i >= answered {
			results[i] = Result{Err: err}
		}
	}
	if err != nil || commit {
		tx.Close()
	}
	return results, err
}

// begin connects and makes the first round trip. If the connection is lost before the first
// response, or does not respond in time, the server or a pooler probably closed it while it was
// idle, so begin tries once more.
func (tx *Tx) begin(ctx context.Context, requests []request, commit bool) (answered int, err error) {
	for range 2 {
		tx.conn, err = tx.db.pool.Acquire(ctx)
		if err != nil {
			return 0, newConnectError(err)
		}
		tx.db.process.Store(tx.conn.Conn().PgConn().PID())
		answered, err = tx.attempt(ctx, requests, commit)
		if tx.begun || !tx.conn.Conn().IsClosed() || ctx.Err() != nil {
			break
		}
		tx.release()
	}
	return answered, err
}

// firstResponseTimeout limits how long a reused connection may take to confirm the BEGIN. Nothing
// else shows that the connection was lost, if the server or a NAT did not close it.
const firstResponseTimeout = 2 * time.Second

// attempt makes the first round trip on one connection.
func (tx *Tx) attempt(ctx context.Context, requests []request, commit bool) (answered int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tx.responded = func() bool { return true }
	if tx.conn.Conn().PgConn().CustomData()[reusedKey] != nil {
		tx.responded = time.AfterFunc(firstResponseTimeout, cancel).Stop
		defer tx.responded()
	}
	return tx.exchange(ctx, requests, commit)
}
