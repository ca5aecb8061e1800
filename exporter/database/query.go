package database

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Query is one statement and its parameters.
type Query struct {
	// SQL must cast its parameters, as in $1::bigint[], because they are sent as text.
	SQL  string
	Args []any

	// MaxRows is the number of rows to keep. Zero keeps all rows.
	MaxRows int
}

// Result is the outcome of one query, or the description of one.
type Result struct {
	Fields     []Field    // empty for a statement that returns no rows
	Rows       [][][]byte // values in text format, by row and field; nil for NULL
	Dropped    int        // rows beyond Query.MaxRows
	Parameters int        // $1, $2 and so on; only of descriptions

	// Err is the error of this query, such as a *pgconn.PgError from the server. It is also set if
	// the connection was lost or the deadline passed before the server responded.
	Err error
}

// Field is one column of a result.
type Field struct {
	Name string
	OID  uint32 // of the type

	// Type is the name of the type, such as int8, text or numeric. Results leave it empty for
	// types that are not built in, such as enums; descriptions have it for all types.
	Type string
}

// Scan converts the values of row i to the types that dest points to.
func (r Result) Scan(i int, dest ...any) error {
	if len(dest) != len(r.Fields) {
		return fmt.Errorf("scanning a row: it has %d fields, not %d", len(r.Fields), len(dest))
	}
	types := pgtype.NewMap()
	for j, field := range r.Fields {
		err := types.Scan(field.OID, pgtype.TextFormatCode, r.Rows[i][j], dest[j])
		if err != nil {
			return fmt.Errorf("scanning the field %q: %w", field.Name, err)
		}
	}
	return nil
}

func fieldsOf(descriptions []pgconn.FieldDescription) []Field {
	types := pgtype.NewMap()
	fields := make([]Field, len(descriptions))
	for i, d := range descriptions {
		fields[i] = Field{Name: d.Name, OID: d.DataTypeOID}
		if known, ok := types.TypeForOID(d.DataTypeOID); ok {
			fields[i].Type = known.Name
		}
	}
	return fields
}

// Describe prepares statements without executing them and returns their fields and parameters in
// the same order. Errors are returned as in [Tx.RoundTrip].
func (tx *Tx) Describe(ctx context.Context, sqls ...string) ([]Result, error) {
	requests := make([]request, len(sqls))
	for i, sql := range sqls {
		requests[i] = request{Query: Query{SQL: sql}, describe: true}
	}
	descriptions, err := tx.roundTrip(ctx, requests, false)
	if err != nil {
		return descriptions, err
	}
	return descriptions, tx.nameTypes(ctx, descriptions)
}

// nameTypes fills in the names of types that are not built in.
func (tx *Tx) nameTypes(ctx context.Context, descriptions []Result) error {
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
