package database

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// DB is at most one connection to one server, opened when it is first needed and again when it broke. It is safe for
// concurrent use: callers wait for the connection in turn. As a prometheus.Collector it says what it costs the server.
type DB struct {
	pool   *pgxpool.Pool
	cost   *cost
	name   string
	hangUp context.CancelFunc

	process atomic.Uint32
}

// Open checks target and returns its DB, without connecting. user names the source that pays, in the source label of
// the cost metrics. The error says what is wrong with the flags or files, and shows no secret.
func Open(target Target, user string) (*DB, error) {
	first, err := target.connConfig()
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, fmt.Errorf("preparing the connection pool: %w", err)
	}
	life, hangUp := context.WithCancel(context.Background())
	config.ConnConfig = first
	config.MaxConns = 1
	config.BeforeConnect = func(_ context.Context, connecting *pgx.ConnConfig) error {
		fresh, err := target.connConfig() // secrets in files may have been rotated
		if err != nil {
			return err
		}
		fresh.DialFunc = hangUpOn(life, fresh.DialFunc)
		*connecting = *fresh
		return nil
	}
	// A ping before every use would cost a round trip; ReadOnly tries again on a connection found dead instead.
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	pool, err := pgxpool.NewWithConfig(life, config)
	if err != nil {
		hangUp()
		return nil, fmt.Errorf("preparing the connection pool: %w", err)
	}
	db := &DB{pool: pool, name: first.Database, hangUp: hangUp}
	db.cost = newCost(user, func() float64 { return float64(pool.Stat().TotalConns()) })
	return db, nil
}

// goodbye is how long a connection may take to end in peace.
const goodbye = 300 * time.Millisecond

// Close ends the connection, if it must by hanging up, and waits until that is done.
func (db *DB) Close() {
	defer time.AfterFunc(goodbye, db.hangUp).Stop()
	db.pool.Close()
	db.hangUp()
}

// Name returns the name of the database as the URL has it.
func (db *DB) Name() string { return db.name }

// Process returns the process that the other side said would serve the connection, or 0. If pg_backend_pid() names
// another one, a pooler stands between.
func (db *DB) Process() uint32 { return db.process.Load() }

// Reset lets the next caller connect anew, with the secrets as they are then.
func (db *DB) Reset() { db.pool.Reset() }

// Describe implements prometheus.Collector.
func (db *DB) Describe(ch chan<- *prometheus.Desc) { db.cost.Describe(ch) }

// Descs returns the descriptors with their types.
func (db *DB) Descs() []metric.Desc { return db.cost.Descs() }

// Collect implements prometheus.Collector.
func (db *DB) Collect(ch chan<- prometheus.Metric) { db.cost.Collect(ch) }

// ReadOnly runs steps in one read-only transaction, one round trip a step. An error means that the transaction could
// not begin or the connection was lost; what goes wrong in a single query is told to its Done alone.
func (db *DB) ReadOnly(ctx context.Context, limits Limits, steps ...Step) error {
	defer db.cost.begin()()
	spoke, err := db.converse(ctx, limits, steps)
	if err != nil && !spoke && lost(err) && ctx.Err() == nil {
		// The server or the pooler closed the idle connection since its last use: that says nothing about now.
		_, err = db.converse(ctx, limits, steps)
	}
	return err
}

// converse reports whether the server answered at all, beside the error.
func (db *DB) converse(ctx context.Context, limits Limits, steps []Step) (spoke bool, err error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return true, fmt.Errorf("connecting to the database: %w", err)
	}
	defer conn.Release()
	db.process.Store(conn.Conn().PgConn().PID())
	talk := startConversation(ctx, conn.Conn(), db.cost)
	defer func() { err = errors.Join(err, talk.close()) }()
	if err := talk.begin(limits); err != nil {
		return talk.spoke, err
	}
	for i, step := range steps {
		if err := talk.roundTrip(step(), i == len(steps)-1); err != nil {
			return talk.spoke, err
		}
	}
	return talk.spoke, nil
}

// lost tells a connection that ended from a server that refuses.
func lost(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return !ok || pgErr.Code[:2] == "57" // operator intervention: shutdown, crash, not yet up
}
