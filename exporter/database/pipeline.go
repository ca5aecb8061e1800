package database

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// request is one statement of a round trip and the response to it.
type request struct {
	Query
	describe bool // prepare and describe the statement instead of executing it

	result Result
}

// exchange sends requests and reads the responses. It returns how many requests were answered; its
// error means that the connection cannot be used any longer.
//
// The requests travel in the pipeline mode of the extended protocol. Each is followed by a sync, so
// that the server executes the ones after a failed one, and by a rollback to a savepoint, which
// ends the aborted state that an error leaves in a transaction.
func (tx *Tx) exchange(ctx context.Context, requests []request, commit bool) (answered int, err error) {
	conn := tx.conn.Conn()
	p := pipeline{Pipeline: conn.PgConn().StartPipeline(ctx), conn: conn}
	defer p.Close() //nolint:errcheck // it repeats the errors below
	if !tx.begun {
		if err := p.sendBegin(tx.limits.settings(ctx, *tx.db.searchPath.Load())); err != nil {
			return 0, err
		}
	}
	for i := range requests {
		p.send(&requests[i])
		if requests[i].result.Err == nil && !requests[i].describe {
			tx.db.queries.Inc()
		}
	}
	if commit {
		// A function in a query can take locks that would outlive the transaction, also in a
		// pooler.
		p.sendStatement("SELECT pg_catalog.pg_advisory_unlock_all()")
		p.sendStatement("COMMIT")
	}
	if err := p.Sync(); err != nil {
		return 0, fmt.Errorf("sending to the database: %w", err)
	}
	tx.db.roundTrips.Inc()
	if !tx.begun {
		if err := p.receive(nil); err != nil {
			return 0, fmt.Errorf("beginning a read-only transaction: %w", err)
		}
		tx.begun = true
		tx.responded()
	}
	for i := range requests {
		if err := p.receiveResponse(&requests[i]); err != nil {
			return i, err
		}
	}
	return len(requests), p.receive(nil) // of the COMMIT, or of the last sync alone
}

// pipeline sends and receives on one connection.
type pipeline struct {
	*pgconn.Pipeline
	conn *pgx.Conn
}

// encodingSQL makes the server send UTF-8, regardless of the encoding of the database. A database
// in SQL_ASCII cannot convert its texts, and would return an error for those that are not UTF-8.
const encodingSQL = `SELECT pg_catalog.set_config('client_encoding', CASE pg_catalog.getdatabaseencoding()
	WHEN 'SQL_ASCII' THEN pg_catalog.current_setting('client_encoding') ELSE 'UTF8' END, true)`

// sendBegin queues the BEGIN. The settings are parameters of a SELECT, because before Postgres 16
// pg_stat_statements creates an entry for each literal of SET LOCAL.
func (p pipeline) sendBegin(settings map[string]string) error {
	p.sendStatement("BEGIN TRANSACTION READ ONLY")
	p.sendStatement(encodingSQL)
	for name, value := range settings {
		err := p.sendQuery("SELECT pg_catalog.set_config($1, $2, true)", name, value) // true: local
		if err != nil {
			return err
		}
	}
	p.sendStatement("SAVEPOINT q")
	p.SendPipelineSync()
	return nil
}

// send queues r. If its arguments cannot be encoded, send sets the error of its result instead.
func (p pipeline) send(r *request) {
	r.result = Result{}
	if r.describe {
		p.SendPrepare("", r.SQL, nil)
	} else if r.result.Err = p.sendQuery(r.SQL, r.Args...); r.result.Err != nil {
		return
	}
	p.SendPipelineSync()
	p.sendStatement("ROLLBACK TO SAVEPOINT q")
	p.SendPipelineSync()
}

func (p pipeline) sendStatement(sql string) { p.SendQueryParams(sql, nil, nil, nil, nil) }

func (p pipeline) sendQuery(sql string, args ...any) error {
	var encoded pgx.ExtendedQueryBuilder
	if err := encoded.Build(p.conn.TypeMap(), nil, args); err != nil {
		return fmt.Errorf("encoding the parameters: %w", err)
	}
	p.SendQueryParams(sql, encoded.ParamValues, nil, encoded.ParamFormats, encoded.ResultFormats)
	return nil
}

// receiveResponse reads the response to r. Its error means that the connection was lost.
func (p pipeline) receiveResponse(r *request) error {
	if r.result.Err != nil {
		return nil // it was not sent
	}
	err := p.receive(r)
	if err != nil && p.conn.IsClosed() {
		return fmt.Errorf("waiting for the database: %w", err)
	}
	if err != nil {
		r.result = Result{Err: err}
	}
	return p.receive(nil) // of the rollback
}

// receive reads responses up to the next sync and returns the first error among them. With r it
// stores the rows or the description; otherwise it discards them.
func (p pipeline) receive(r *request) error {
	var first error
	for {
		response, err := p.GetResults()
		if _, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || p.conn.IsClosed()) {
			return errors.Join(first, err)
		}
		switch response := response.(type) {
		case *pgconn.PipelineSync:
			return first
		case *pgconn.ResultReader:
			err = r.read(response)
		case *pgconn.StatementDescription:
			r.result.Fields, r.result.Parameters = fieldsOf(response.Fields), len(response.ParamOIDs)
		case nil:
			if err == nil {
				return errors.Join(first, errors.New("reading the responses: the server sent too few"))
			}
		}
		if first == nil {
			first = err
		}
	}
}

// read keeps the rows of response up to MaxRows and counts the rest.
func (r *request) read(response *pgconn.ResultReader) error {
	if r != nil {
		r.result.Fields = fieldsOf(response.FieldDescriptions())
		for response.NextRow() {
			if r.MaxRows > 0 && len(r.result.Rows) == r.MaxRows {
				r.result.Dropped++
				continue
			}
			r.result.Rows = append(r.result.Rows, clone(response.Values()))
		}
	}
	_, err := response.Close()
	return err
}

// clone copies a row, because the driver reuses its memory for the next one.
func clone(row [][]byte) [][]byte {
	copied := make([][]byte, len(row))
	for i, value := range row {
		copied[i] = slices.Clone(value) // nil stays nil
	}
	return copied
}
