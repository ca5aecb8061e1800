package database

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// Query is one statement. Parameters are sent as text, so the SQL must cast them: $1::bigint[].
type Query struct {
	SQL  string
	Args []any

	// Read takes the rows; it may be nil. They are closed for it, and what it returns is the query's error.
	Read func(rows pgx.Rows) error

	// Done is told once how the query ended: nil or the server's error. A query that got no answer because the
	// connection was lost or the time was up is not told: ReadOnly's own error stands for all of those.
	Done func(err error)
}

// Step makes the queries of one round trip. It is called when the answers of the steps before it are in, so it can
// build on them; it may return none.
type Step func() []Query

// Limits bound a transaction. They end with it: nothing of them stays in a session that a pooler passes on.
type Limits struct {
	Statement time.Duration // of each query, cut to what is left until the context's deadline
	Lock      time.Duration // waiting for any one lock
	TimeZone  string        // IANA name; empty leaves the server's
	WorkMem   string        // such as "32MB"; empty leaves the server's
}

// EachRow makes a [Query.Read] that calls fn for every row.
func EachRow(fn func(row pgx.CollectableRow) error) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			if err := fn(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}
