package kpi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Database begins the transactions of the KPIs. It is a *database.DB.
type Database interface {
	Begin(limits database.Limits) *database.Tx
}

// grace is added to the statement timeout of a run. It leaves time to connect, and lets the server
// report the timeout before the client closes the connection.
const grace = 5 * time.Second

// Run executes the query of d in a read-only transaction and returns its rows. The query is
// described first: one that cannot return the columns of d is never executed. An error is a
// [failure.Error] of the part d.Name, and its text begins with the file and line.
func (d Definition) Run(ctx context.Context, db Database, limits database.Limits) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, limits.Statement+grace)
	defer cancel()
	tx := db.Begin(limits)
	defer tx.Close()
	result, err := d.run(ctx, tx)
	if err != nil {
		return Result{}, d.failed(database.Reason(err), err)
	}
	return result, nil
}

func (d Definition) run(ctx context.Context, tx *database.Tx) (Result, error) {
	descriptions, err := tx.Describe(ctx, d.SQL)
	if err != nil {
		return Result{}, err
	}
	if err := d.checkDescription(descriptions[0]); err != nil {
		_, _ = tx.RoundTripAndCommit(ctx) // otherwise Close would close the connection
		return Result{}, err
	}
	result, err := single(tx.RoundTripAndCommit(ctx, database.Query{SQL: d.SQL, MaxRows: d.MaxRows}))
	if err != nil {
		return Result{}, err
	}
	return d.decode(result)
}

// single returns the result of a round trip with one query.
func single(results []database.Result, err error) (database.Result, error) {
	if err != nil {
		return database.Result{}, err
	}
	return results[0], results[0].Err
}

const onlyReads = "a KPI only reads; write one SELECT, WITH … SELECT or VALUES"

// checkDescription returns an error if the described query cannot return the columns of d.
func (d Definition) checkDescription(description database.Description) error {
	switch {
	case description.Err != nil:
		return description.Err
	case len(description.Fields) == 0:
		return invalid("the statement returns no rows; hint: %s", onlyReads)
	case description.Parameters > 0:
		return invalid("the query has a parameter; hint: write the value instead of $1")
	}
	_, err := d.columns(description.Fields)
	return err
}

// invalid returns an error about a query or result that does not fit its entry.
func invalid(format string, args ...any) error {
	return failure.New(failure.Invalid, fmt.Errorf(format, args...))
}

func (d Definition) failed(reason failure.Reason, err error) error {
	line, err := d.locate(err)
	return failure.OfPart(d.Name, reason, fmt.Errorf("%s:%d: %w", d.File, line, err))
}

// locate returns the line of the file that err refers to, and err with the server's hint.
func (d Definition) locate(err error) (int, error) {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return d.Line, err
	}
	const readOnlyTransaction, syntaxError = "25006", "42601"
	hint := pgErr.Hint
	if pgErr.Code == readOnlyTransaction || pgErr.Code == syntaxError && pgErr.Position == 0 { // several statements
		hint = onlyReads
	}
	if hint != "" {
		err = fmt.Errorf("%w; hint: %s", err, hint)
	}
	return d.lineAt(int(pgErr.Position)), err
}
