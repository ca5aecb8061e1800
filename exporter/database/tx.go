package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Tx is a read-only transaction. It holds the connection from the first round trip until it is
// committed or closed. A Tx is not safe for concurrent use.
type Tx struct {
	db     *DB
	limits Limits
	conn   *pgxpool.Conn // nil before the first round trip and after the last
	begun  bool          // the server has confirmed the BEGIN
	ended  bool
}

// Begin returns a read-only transaction. The BEGIN travels with the queries of the first round
// trip. The caller must close the transaction.
func (db *DB) Begin(limits Limits) *Tx { return &Tx{db: db, limits: limits} }

// RoundTrip sends queries together and returns their results in the same order. A query that fails
// leaves the other queries and the transaction intact: its error is in its result. The returned
// error means that the transaction could not begin or that the connection was lost; it is then also
// the error of every query without a response, and the transaction has ended.
func (tx *Tx) RoundTrip(ctx context.Context, queries ...Query) ([]Result, error) {
	return tx.query(ctx, queries, false)
}

// RoundTripAndCommit is the last RoundTrip: it also ends the transaction, so that the connection
// can be used again. Without queries it only commits.
func (tx *Tx) RoundTripAndCommit(ctx context.Context, queries ...Query) ([]Result, error) {
	return tx.query(ctx, queries, true)
}

// Close ends the transaction. Unless it was committed, its connection is closed with it.
func (tx *Tx) Close() {
	tx.ended = true
	if tx.conn != nil {
		tx.conn.Release() // the pool closes a connection that is broken or in a transaction
		tx.conn = nil
	}
}

func (tx *Tx) query(ctx context.Context, queries []Query, commit bool) ([]Result, error) {
	requests := make([]request, len(queries))
	for i, query := range queries {
		requests[i].Query = query
	}
	err := tx.roundTrip(ctx, requests, commit)
	results := make([]Result, len(requests))
	for i, request := range requests {
		results[i] = request.result
	}
	return results, err
}

// roundTrip stores the responses in requests.
func (tx *Tx) roundTrip(ctx context.Context, requests []request, commit bool) error {
	defer tx.db.cost.timer()()
	answered, err := 0, errors.New("the transaction has ended")
	switch {
	case tx.ended:
	case tx.conn == nil:
		answered, err = tx.begin(ctx, requests, commit)
	default:
		answered, err = tx.exchange(ctx, requests, commit)
	}
	if err != nil {
		for i := range requests[answered:] {
			requests[answered+i].result = Result{Err: err}
		}
	}
	if err != nil || commit {
		tx.Close()
	}
	return err
}

// begin connects and makes the first round trip. If the connection is lost before the first
// response, the server or a pooler probably closed it while it was idle, so begin tries once more.
func (tx *Tx) begin(ctx context.Context, requests []request, commit bool) (answered int, err error) {
	for range 2 {
		tx.conn, err = tx.db.pool.Acquire(ctx)
		if err != nil {
			return 0, fmt.Errorf("connecting to the database: %w", err)
		}
		tx.db.process.Store(tx.conn.Conn().PgConn().PID())
		answered, err = tx.exchange(ctx, requests, commit)
		if tx.begun || !tx.conn.Conn().IsClosed() || ctx.Err() != nil {
			break
		}
		tx.conn.Release()
		tx.conn = nil
	}
	return answered, err
}
