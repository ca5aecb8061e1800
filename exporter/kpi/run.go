package kpi

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
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
//
// The first transaction turns row_security off, so that the server rejects a query whose rows it
// would filter. Such a query runs in a second transaction if the policies let the role read all
// rows.
func (d Definition) Run(ctx context.Context, db Database) (Result, error) {
	limits := d.limits()
	ctx, cancel := context.WithTimeout(ctx, limits.Statement+grace)
	defer cancel()
	limits.Settings["row_security"] = "off"
	tx := db.Begin(limits)
	defer tx.Close()
	result, err := d.run(ctx, tx)
	if isFiltered(err) {
		tx.Close()
		limits.Settings["row_security"] = "on"
		tx = db.Begin(limits)
		defer tx.Close()
		result, err = d.runFiltered(ctx, tx)
	}
	if err != nil {
		return Result{}, d.failed(database.Reason(err), err)
	}
	return result, nil
}

func (d Definition) run(ctx context.Context, tx *database.Tx) (Result, error) {
	descriptions, err := tx.Describe(ctx, d.SQL)
	if err != nil {
		return Result{}, &noResponseError{err}
	}
	if err := d.checkDescription(descriptions[0]); err != nil {
		_, _ = tx.RoundTripAndCommit(ctx) // otherwise Close would close the connection
		return Result{}, err
	}
	return d.execute(ctx, tx)
}

func (d Definition) execute(ctx context.Context, tx *database.Tx) (Result, error) {
	result, err := single(tx.RoundTripAndCommit(ctx, database.Query{SQL: d.SQL, MaxRows: d.MaxRows}))
	if err != nil {
		return Result{}, withoutValues(err)
	}
	return d.decode(result)
}

// noResponseError means that the transaction could not begin, so the error concerns the database
// and not the KPI.
type noResponseError struct{ error }

func (e *noResponseError) Unwrap() error { return e.error }

// single returns the result of a round trip with one query.
func single(results []database.Result, err error) (database.Result, error) {
	if err != nil {
		return database.Result{}, err
	}
	return results[0], results[0].Err
}

const onlyReads = "a KPI only reads; write one SELECT, WITH … SELECT or VALUES"

// checkDescription returns an error if the described query cannot return the columns of d.
func (d Definition) checkDescription(description database.Result) error {
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

// withoutValues removes the values of rows from an error of an executed query, because errors are
// logged. Data exceptions quote values, and functions raise exceptions with any text.
func withoutValues(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	safe := *pgErr
	switch {
	case strings.HasPrefix(pgErr.Code, "22"):
		safe.Message = regexp.MustCompile(`(?s)".*"`).ReplaceAllString(pgErr.Message, `"…"`)
		safe.Hint = ""
	case strings.HasPrefix(pgErr.Code, "P0"):
		safe.Message, safe.Hint = "a function raised an exception", ""
	}
	return &safe
}

func (d Definition) failed(reason failure.Reason, err error) error {
	if lost, ok := errors.AsType[*noResponseError](err); ok {
		return failure.OfPart(d.Name, reason, lost) // the same text for all KPIs, which is logged once
	}
	return failure.OfPart(d.Name, reason, d.locate(err))
}

// locate adds the file and line that err refers to, and the server's hint.
func (d Definition) locate(err error) error {
	place := d.Place()
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		place = d.placeOf(int(pgErr.Position))
		const readOnlyTransaction, syntaxError = "25006", "42601"
		hint := pgErr.Hint
		if pgErr.Code == readOnlyTransaction || pgErr.Code == syntaxError && pgErr.Position == 0 { // several statements
			hint = onlyReads
		}
		if hint != "" {
			err = fmt.Errorf("%w; hint: %s", err, hint)
		}
	}
	return fmt.Errorf("%s: %w", place, err)
}
