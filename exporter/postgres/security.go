package postgres

// unguarded is a condition on pg_class c that selects tables without row level security: only
// grants limit the clients that can reach their schema. It selects partitioned tables and their
// partitions, since clients can address both. It excludes the tables of extensions, because users
// do not manage their policies.
const unguarded = `c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT EXISTS (
	SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')`

// reachable is a condition on pg_namespace n that selects the schemas of the parameter $1 that API
// clients can use. PostgREST, and so Supabase, executes their requests as one of these roles. A
// server without them has no such API.
const reachable = `n.nspname = ANY ($1::text[]) AND EXISTS (
	SELECT FROM pg_roles WHERE rolname IN ('anon', 'web_anon', 'authenticated') AND has_schema_privilege(oid, n.oid, 'USAGE'))`

// exposedTables counts unguarded tables in the schemas that an API such as Supabase's exposes.
func exposedTables(config Config) collector {
	return collector{
		part:   "exposed_tables",
		slow:   true,
		labels: []label{{"schemaname", "n.nspname"}},
		args:   []any{config.ExposedSchemas},
		metrics: []metric{
			gauge("pg_tables_without_row_security", "count(c.oid)",
				"Tables without row level security in a schema of --postgres.exposed-schema that the role anon or authenticated can use."),
		},
		from: `FROM pg_namespace n
LEFT JOIN pg_class c ON c.relnamespace = n.oid AND ` + unguarded + `
WHERE ` + reachable + `
GROUP BY n.nspname`,
	}
}

// unguardedTables exports the largest unguarded tables; the count of exposedTables is complete.
func unguardedTables(config Config) collector {
	return collector{
		part:   "unguarded_tables",
		slow:   true,
		labels: tableLabels(),
		args:   []any{config.ExposedSchemas, config.TablesLimit},
		metrics: []metric{
			gauge("pg_table_row_security_disabled", "1",
				"Always 1, for the largest --postgres.tables.limit tables without row level security in an exposed schema."),
		},
		from: `FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE ` + reachable + ` AND ` + unguarded + `
ORDER BY c.relpages DESC, c.oid LIMIT $2::bigint`,
	}
}
