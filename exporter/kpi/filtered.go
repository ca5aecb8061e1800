package kpi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// isFiltered reports whether the server rejected a query because row level security applies to one
// of its tables.
func isFiltered(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Routine == "check_enable_rls" // the message may be translated
}

// hiddenSQL returns the tables of a query whose policies may hide rows from the role, and the
// policy that shows them. The query is a CTE that is not executed: the server locks its tables, and
// pg_locks lists them. The plan would not, because it omits tables that it knows to be empty for
// the role. A table that the role cannot read is read by a view with the privileges of the view's
// owner.
const hiddenSQL = `
SELECT format('%I.%I', n.nspname, c.relname),
	format('CREATE POLICY marketplace_exporter_counts ON %I.%I FOR SELECT TO %I USING (true);', n.nspname, c.relname, current_user)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid IN (
		SELECT relation FROM pg_catalog.pg_locks JOIN pg_catalog.pg_database d ON d.oid = database
		WHERE locktype = 'relation' AND pid = pg_backend_pid() AND datname = current_database()
	)
	AND c.relkind IN ('r', 'p') AND row_security_active(c.oid) AND has_any_column_privilege(c.oid, 'SELECT')
	AND (SELECT count(*) FILTER (WHERE p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) = 'true') = 0
			OR count(*) FILTER (WHERE NOT p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) <> 'true') > 0
		FROM pg_catalog.pg_policy p
		WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')
			AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) r WHERE pg_has_role(r, 'USAGE')))
	)
ORDER BY 1`

// runFiltered executes the query if row level security hides no rows from the role. Otherwise the
// query would count too few rows without an error.
func (d Definition) runFiltered(ctx context.Context, tx *database.Tx) (Result, error) {
	sql := strings.TrimRight(d.SQL, "; \t\n")
	hidden, err := single(tx.RoundTrip(ctx, database.Query{SQL: "WITH kpi AS (\n" + sql + "\n)" + hiddenSQL}))
	if err != nil {
		return Result{}, fmt.Errorf("checking row level security: %w", err)
	}
	if len(hidden.Rows) == 0 {
		return d.execute(ctx, tx)
	}
	_, _ = tx.RoundTripAndCommit(ctx) // otherwise Close would close the connection
	var tables, policies []string
	for _, row := range hidden.Rows {
		tables = append(tables, string(row[0]))
		policies = append(policies, string(row[1]))
	}
	return Result{}, failure.New(failure.PermissionDenied, fmt.Errorf("row level security hides rows of %s; hint: %s",
		strings.Join(tables, ", "), strings.Join(policies, " ")))
}
