package kpi

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// privilegesSQL returns the columns of tables by name, with the privileges of the role.
const privilegesSQL = `
SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), has_any_column_privilege(c.oid, 'SELECT'),
	coalesce(a.attname, ''), coalesce(has_column_privilege(c.oid, a.attnum, 'SELECT'), true)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ANY ($1) AND (pg_table_is_visible(c.oid) OR n.nspname = ANY ($2))
	AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname, c.relname, a.attnum`

// table is a table that a query may read, with the columns that the role cannot read.
type table struct {
	schema, name     string
	usable, readable bool     // the schema, and at least one column
	first            string   // a column, for queries that only count rows
	missing          []string // columns that the query reads
}

// missingGrants returns the statements that let the role read what the query of d reads, or an
// empty string.
func (d Definition) missingGrants(ctx context.Context, db Database, role string) string {
	tables, err := d.unreadable(ctx, db)
	if err != nil {
		return "" // the finding has the first error
	}
	role = pgx.Identifier{role}.Sanitize()
	var statements []string
	for _, t := range tables {
		if !t.usable {
			statements = append(statements, fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s;", pgx.Identifier{t.schema}.Sanitize(), role))
		}
		columns := t.missing
		if len(columns) == 0 && !t.readable && t.first != "" { // count(*) needs the privilege on any column
			columns = []string{t.first}
		}
		switch name := (pgx.Identifier{t.schema, t.name}).Sanitize(); {
		case len(columns) > 0:
			statements = append(statements, fmt.Sprintf("GRANT SELECT (%s) ON %s TO %s;", quotedList(columns), name, role))
		case !t.readable:
			statements = append(statements, fmt.Sprintf("GRANT SELECT ON %s TO %s;", name, role))
		}
	}
	return strings.Join(statements, "\n")
}

func (d Definition) unreadable(ctx context.Context, db Database) ([]*table, error) {
	tx := db.Begin(d.limits())
	defer tx.Close()
	found := referencesOf(d.SQL)
	var names, schemas []string
	for _, t := range found.tables {
		names, schemas = append(names, t.name), append(schemas, t.schema)
	}
	result, err := single(tx.RoundTripAndCommit(ctx, database.Query{SQL: privilegesSQL, Args: []any{names, schemas}}))
	if err != nil {
		return nil, err
	}
	var tables []*table
	for i := range result.Rows {
		var row table
		var column string
		var granted bool
		if err := result.Scan(i, &row.schema, &row.name, &row.usable, &row.readable, &column, &granted); err != nil {
			return nil, err
		}
		if len(tables) == 0 || tables[len(tables)-1].schema != row.schema || tables[len(tables)-1].name != row.name {
			row.first = column
			tables = append(tables, &row)
		}
		if last := tables[len(tables)-1]; !granted && found.reads(row.name, column) {
			last.missing = append(last.missing, column)
		}
	}
	return tables, nil
}
