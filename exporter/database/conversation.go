package database

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// conversation is one transaction in the extended protocol's pipeline mode: many requests go out together, each
// followed by a sync, so that the server answers every one of them, even after an error. A savepoint that is rolled
// back to behind each query undoes the only thing an error leaves in a read-only transaction: its aborted state.
type conversation struct {
	ctx      context.Context
	conn     *pgx.Conn
	pipeline *pgconn.Pipeline
	cost     *cost
	spoke    bool // the server has answered at least once
}

func startConversation(ctx context.Context, conn *pgx.Conn, cost *cost) *conversation {
	return &conversation{ctx: ctx, conn: conn, pipeline: conn.PgConn().StartPipeline(ctx), cost: cost}
}

// begin only queues: the requests travel with the first step. The settings are parameters of a SELECT, not SET LOCAL
// with literals, because before Postgres 16 each literal would be an entry of its own in pg_stat_statements.
func (c *conversation) begin(limits Limits) error {
	c.send("BEGIN TRANSACTION READ ONLY")
	for _, setting := range limits.settings(c.ctx) {
		err := c.sendQuery("SELECT pg_catalog.set_config($1, $2, true)", setting.name, setting.value) // true: local
		if err != nil {
			return err
		}
	}
	c.send("SAVEPOINT q")
	c.pipeline.SendPipelineSync()
	return nil
}

type setting struct{ name, value string }

func (l Limits) settings(ctx context.Context) []setting {
	statement := l.Statement
	if deadline, ok := ctx.Deadline(); ok {
		statement = min(statement, time.Until(deadline))
	}
	settings := []setting{
		{"application_name", "marketplace_exporter"},
		{"statement_timeout", milliseconds(statement)},
		{"lock_timeout", milliseconds(l.Lock)},
	}
	if l.TimeZone != "" {
		settings = append(settings, setting{"timezone", l.TimeZone})
	}
	if l.WorkMem != "" {
		settings = append(settings, setting{"work_mem", l.WorkMem})
	}
	return settings
}

// milliseconds never returns 0, which would mean no timeout at all.
func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(1, d.Milliseconds()), 10)
}

// roundTrip sends queries, and reads all answers. The last one also ends the transaction.
func (c *conversation) roundTrip(queries []Query, last bool) error {
	refused := c.sendAll(queries)
	if last {
		c.send("COMMIT")
	}
	if err := c.pipeline.Sync(); err != nil {
		return fmt.Errorf("sending to the database: %w", err)
	}
	c.cost.roundTrips.Inc()
	if !c.spoke {
		if err := c.readGroup(nil); err != nil {
			return fmt.Errorf("beginning a read-only transaction: %w", err)
		}
		c.spoke = true
	}
	for i, query := range queries {
		if err := c.answer(query, refused[i]); err != nil {
			return err
		}
	}
	return c.readGroup(nil) // of the COMMIT, or of the bare sync
}

// sendAll queues queries and returns, by index, those whose arguments cannot be encoded.
func (c *conversation) sendAll(queries []Query) map[int]error {
	refused := map[int]error{}
	for i, query := range queries {
		if err := c.sendQuery(query.SQL, query.Args...); err != nil {
			refused[i] = err
			continue
		}
		c.pipeline.SendPipelineSync()
		c.send("ROLLBACK TO SAVEPOINT q")
		c.pipeline.SendPipelineSync()
		c.cost.queries.Inc()
	}
	return refused
}

func (c *conversation) send(sql string) {
	c.pipeline.SendQueryParams(sql, nil, nil, nil, nil)
}

func (c *conversation) sendQuery(sql string, args ...any) error {
	var encoded pgx.ExtendedQueryBuilder
	if err := encoded.Build(c.conn.TypeMap(), nil, args); err != nil {
		return fmt.Errorf("encoding the parameters: %w", err)
	}
	c.pipeline.SendQueryParams(sql, encoded.ParamValues, nil, encoded.ParamFormats, encoded.ResultFormats)
	return nil
}

// answer reads what came back for query and tells it. Its own error means that the connection is gone.
func (c *conversation) answer(query Query, refused error) error {
	if refused != nil {
		query.Done(refused)
		return nil
	}
	err := c.readGroup(query.Read)
	if err != nil && c.conn.IsClosed() {
		return fmt.Errorf("waiting for the database: %w", err)
	}
	if rollback := c.readGroup(nil); rollback != nil {
		return rollback
	}
	query.Done(err)
	return nil
}

// readGroup reads answers up to the next sync and returns the first error among them. Only the last answer of a group
// can have rows that somebody wants.
func (c *conversation) readGroup(read func(pgx.Rows) error) error {
	var first error
	for {
		results, err := c.pipeline.GetResults()
		if _, answered := errors.AsType[*pgconn.PgError](err); err != nil && !answered {
			return errors.Join(first, err)
		}
		switch result := results.(type) {
		case *pgconn.PipelineSync:
			return first
		case *pgconn.ResultReader:
			err = consume(c.conn, result, read)
		case nil:
			if err == nil {
				return errors.Join(first, errors.New("reading the answers: the server sent fewer than were asked for"))
			}
		}
		if first == nil {
			first = err
		}
	}
}

func consume(conn *pgx.Conn, result *pgconn.ResultReader, read func(pgx.Rows) error) error {
	if read == nil {
		_, err := result.Close()
		return err
	}
	rows := pgx.RowsFromResultReader(conn.TypeMap(), result)
	err := read(rows)
	rows.Close()
	return errors.Join(err, rows.Err())
}

// close returns the connection to normal mode. The pool throws it away if it is broken or still in the transaction.
func (c *conversation) close() error {
	if c.conn.IsClosed() {
		return nil // whoever saw it break has said so
	}
	if err := c.pipeline.Close(); err != nil {
		if _, answered := errors.AsType[*pgconn.PgError](err); answered {
			return nil // a query's own error, told to it before
		}
		return fmt.Errorf("ending the conversation: %w", err)
	}
	return nil
}
