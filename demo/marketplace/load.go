package marketplace

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
)

// load streams the rows of a table into the database, a row at a time, and calls count for each.
func load(ctx context.Context, tx pgx.Tx, t table, count func()) error {
	next, stop := iter.Pull(t.rows)
	defer stop()
	source := pgx.CopyFromFunc(func() ([]any, error) {
		row, more := next()
		if !more {
			return nil, nil // the end, to CopyFromFunc
		}
		count()
		return row, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, source)
	return err
}
