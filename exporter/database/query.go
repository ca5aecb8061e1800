package database

import (
	"fmt"

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

// Result is the outcome of one query.
type Result struct {
	Fields  []Field
	Rows    [][][]byte // values in text format, by row and field; nil for NULL
	Dropped int        // rows beyond Query.MaxRows

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
