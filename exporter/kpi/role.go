package kpi

import (
	"context"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
)

// excessSQL returns the current role with one row for each privilege beyond reading, and the
// statement that revokes it. For a superuser, which has all privileges, it returns a single row.
const excessSQL = `
WITH me AS (SELECT oid, rolname, rolsuper FROM pg_roles WHERE rolname = current_user),
writable AS (
	SELECT n.nspname, count(*) AS tables, min(c.relname) AS example
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'f', 'v') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
		AND has_schema_privilege(n.oid, 'USAGE')
		AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))
	GROUP BY n.nspname
),
excess (what, hint) AS (
	SELECT 'may create schemas in the database ' || quote_ident(current_database()),
		format('REVOKE CREATE ON DATABASE %I FROM %s;', current_database(),
			CASE WHEN has_database_privilege('public', current_database(), 'CREATE') THEN 'PUBLIC' ELSE quote_ident(rolname) END)
	FROM me WHERE has_database_privilege(current_database(), 'CREATE')
	UNION ALL
	SELECT 'may create tables in the schema ' || quote_ident(nspname), format('REVOKE CREATE ON SCHEMA %I FROM %s;', nspname,
		CASE WHEN has_schema_privilege('public', n.oid, 'CREATE') THEN 'PUBLIC' ELSE quote_ident(rolname) END)
	FROM me, pg_namespace n WHERE nspname !~ '^pg_' AND has_schema_privilege(n.oid, 'CREATE')
	UNION ALL
	SELECT format('may write to %s tables in the schema %I, such as %I', tables, nspname, example),
		format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA %I FROM %I;', nspname, rolname)
	FROM me, writable
	UNION ALL
	SELECT 'is a member of ' || quote_ident(r.rolname), format('REVOKE %I FROM %I;', r.rolname, me.rolname)
	FROM me, pg_roles r
	WHERE r.oid <> me.oid AND pg_has_role(r.oid, 'MEMBER') AND (r.rolsuper OR r.rolname IN (
		'pg_write_all_data', 'pg_signal_backend', 'pg_execute_server_program', 'pg_write_server_files'))
)
SELECT rolname, 'is a superuser', 'run the SQL in deploy/postgres and connect as the role that it creates' FROM me WHERE rolsuper
UNION ALL
SELECT rolname, what, hint FROM me LEFT JOIN excess ON true WHERE NOT rolsuper`

// checkRole notes the privileges of the connection's role beyond reading. Transactions are
// read-only for every role, but a privileged role may execute functions with side effects. If the
// query fails, checkRole returns no finding, because the KPIs then fail and report the error.
func (s *Source) checkRole(ctx context.Context) (role string, findings []check.Finding) {
	tx := s.db.Begin(database.Limits{Statement: s.config.Timeout, Lock: lockTimeout})
	defer tx.Close()
	result, err := single(tx.RoundTripAndCommit(ctx, database.Query{SQL: excessSQL}))
	if err != nil || len(result.Rows) == 0 {
		return "ROLE", nil
	}
	role = string(result.Rows[0][0])
	if result.Rows[0][1] == nil {
		return role, []check.Finding{{Subject: "role", Detail: role + " can only read"}}
	}
	var excess, hints []string
	for _, row := range result.Rows {
		excess = append(excess, string(row[1]))
		hints = append(hints, string(row[2]))
	}
	return role, []check.Finding{{
		Status: check.Note, Subject: "role", Detail: role + " " + strings.Join(excess, "; "), Hint: strings.Join(hints, "\n"),
	}}
}
