// Package database queries Postgres with little impact on the server.
//
// A [DB] holds at most one connection. All queries run in a [Tx], a read-only transaction with
// statement and lock timeouts. The settings end with the transaction and no statement is named, so
// a pooler in transaction mode works as well as a direct connection. The queries of a round trip
// are sent together, each protected by a savepoint, so that one that fails does not affect the
// others.
package database

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// DB manages at most one connection to a server. It connects for the first transaction, and again
// after the connection is lost. It is safe for concurrent use: transactions wait for the
// connection. As a prometheus.Collector it exports the load that it puts on the server.
type DB struct {
	*cost

	pool       *pgxpool.Pool
	name       string
	disconnect context.CancelFunc // closes the connections without waiting for the server
	discard    func(*pgx.Conn)    // closes a connection in the background
	closing    sync.WaitGroup     // connections that are being closed

	process    atomic.Uint32
	searchPath atomic.Pointer[string]
	protection Protection
}

// Open checks target and returns its DB, without connecting. source is the source label of the
// metrics. The error names the flag or file at fault and contains no secrets.
func Open(target Target, source string) (*DB, error) {
	first, err := target.connConfig()
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, fmt.Errorf("preparing the connection pool: %w", err)
	}
	lifetime, disconnect := context.WithCancel(context.Background())
	db := &DB{name: first.Database, disconnect: disconnect, protection: first.Protection()}
	config.ConnConfig = first.ConnConfig
	config.MaxConns = 1
	config.BeforeConnect = func(_ context.Context, connecting *pgx.ConnConfig) error {
		fresh, err := target.connConfig() // secrets in files may have changed
		if err != nil {
			return err
		}
		fresh.DialFunc = dialWithin(lifetime, fresh.DialFunc)
		db.searchPath.Store(&fresh.searchPath)
		*connecting = *fresh.ConnConfig
		return nil
	}
	// A ping before every transaction would cost a round trip. Tx reconnects instead.
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	db.discard = func(conn *pgx.Conn) { db.closing.Go(func() { closeConn(lifetime, conn.PgConn()) }) }
	db.pool, err = pgxpool.NewWithConfig(lifetime, config)
	if err != nil {
		disconnect()
		return nil, fmt.Errorf("preparing the connection pool: %w", err)
	}
	db.cost = newCost(source, func() float64 { return float64(db.pool.Stat().TotalConns()) })
	return db, nil
}

// cleanupTimeout limits how long closing a connection waits until the server has canceled the
// query.
const cleanupTimeout = 15 * time.Second

func closeConn(ctx context.Context, conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(ctx, cleanupTimeout)
	defer cancel()
	_ = conn.Close(ctx)
	<-conn.CleanupDone()
}

// shutdownTimeout limits the orderly end of the connection.
const shutdownTimeout = 300 * time.Millisecond

// Close closes the connection and returns when it is closed.
func (db *DB) Close() {
	defer time.AfterFunc(shutdownTimeout, db.disconnect).Stop()
	db.pool.Close()
	db.disconnect()
	db.closing.Wait()
}

// Name returns the name of the database in the URL.
func (db *DB) Name() string { return db.name }

// Protection returns how connections are protected.
func (db *DB) Protection() Protection { return db.protection }

// Process returns the process ID that the server announced for the connection, or 0. It differs
// from pg_backend_pid() behind a pooler.
func (db *DB) Process() uint32 { return db.process.Load() }

// Reset makes the next transaction open a new connection with the current secrets.
func (db *DB) Reset() { db.pool.Reset() }

// cost holds the metrics of the load that a source causes on the database.
type cost struct {
	metric.Collectors

	queries, roundTrips, seconds prometheus.Counter
}

func newCost(source string, connections func() float64) *cost {
	labels := prometheus.Labels{"source": source}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels})
	}
	c := &cost{
		queries: counter("marketplace_database_queries_total",
			"Queries sent to the database, except those that begin and end transactions."),
		roundTrips: counter("marketplace_database_round_trips_total",
			"Round trips to the database."),
		seconds: counter("marketplace_database_seconds_total",
			"Time spent waiting for the database, including connecting, in seconds."),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "marketplace_database_connections",
		Help:        "Open connections to the database, at most one for each source.",
		ConstLabels: labels,
	}, connections)
	c.Collectors = metric.Collectors{c.queries, c.roundTrips, c.seconds, open}
	return c
}
