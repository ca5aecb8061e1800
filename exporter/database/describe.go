package database

import (
	"context"
	"fmt"
	"strconv"
)

// Description describes the result of a statement without executing it.
type Description struct {
	Fields     []Field // empty for a statement that returns no rows
	Parameters int     // $1, $2 and so on

	// Err is the server's error, a *pgconn.PgError with message, position and hint, if the server
	// cannot prepare the statement.
	Err error
}

// Describe prepares statements without executing them and returns their descriptions in the same
// order. Errors are returned as in [Tx.RoundTrip].
func (tx *Tx) Describe(ctx context.Context, sqls ...string) ([]Description, error) {
	requests := make([]request, len(sqls))
	for i, sql := range sqls {
		requests[i] = request{Query: Query{SQL: sql}, describe: true}
	}
	err := tx.roundTrip(ctx, requests, false)
	descriptions := make([]Description, len(sqls))
	for i, r := range requests {
		descriptions[i] = Description{Fields: r.result.Fields, Parameters: r.parameters, Err: r.result.Err}
	}
	if err != nil {
		return descriptions, err
	}
	return descriptions, tx.nameTypes(ctx, descriptions)
}

// nameTypes fills in the names of types that are not built in.
func (tx *Tx) nameTypes(ctx context.Context, descriptions []Description) error {
	var unnamed []*Field
	var oids []string
	for _, d := range descriptions {
		for i := range d.Fields {
			if field := &d.Fields[i]; field.Type == "" {
				unnamed = append(unnamed, field)
				oids = append(oids, strconv.FormatUint(uint64(field.OID), 10))
			}
		}
	}
	if len(unnamed) == 0 {
		return nil
	}
	results, err := tx.RoundTrip(ctx, Query{
		SQL:  "SELECT t.oid::regtype::text FROM unnest($1::oid[]) WITH ORDINALITY t (oid, place) ORDER BY place",
		Args: []any{oids},
	})
	if err != nil {
		return err
	}
	if err := results[0].Err; err != nil {
		return fmt.Errorf("looking up the names of types: %w", err)
	}
	for i, row := range results[0].Rows {
		unnamed[i].Type = string(row[0])
	}
	return nil
}
