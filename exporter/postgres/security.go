package postgres

// unguarded is a condition on pg_class c: clients that reach its schema read and write it as far as their grants go,
// with no policy in between. The parent of partitions counts as well as each of them, since either can be addressed. A
// table that an extension brought along does not: its policies are not for the user to set.
const unguarded = `c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT EXISTS (
	SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')`

// exposedTables count what lies open in the schemas that an API such as Supabase's shows to clients.
func exposedTables() collector {
	return collector{
		part:   "exposed_tables",
		slow:   true,
		labels: []label{{"datname", "current_database()"}, {"schemaname", "n.nspname"}},
		args:   func(s server) []any { return []any{s.config.ExposedSchemas} },
		metrics: []metric{
			gauge("pg_tables_without_row_security", "count(c.oid)",
				"Tables without row level security in a schema that --postgres.exposed-schema names."),
		},
		from: `FROM pg_namespace n
LEFT JOIN pg_class c ON c.relnamespace = n.oid AND ` + unguarded + `
WHERE n.nspname = ANY ($1::text[])
GROUP BY n.nspname`,
	}
}

// unguardedTables name the largest of them; the count above is complete.
func unguardedTables() collector {
	return collector{
		part:   "unguarded_tables",
		slow:   true,
		labels: tableLabels(),
		args:   func(s server) []any { return []any{s.config.ExposedSchemas, s.config.TablesLimit} },
		metrics: []metric{
			gauge("pg_table_row_security_disabled", "1",
				"1 for a table without row level security in an exposed schema, the largest --postgres.tables.limit of them."),
		},
		from: `FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND ` + unguarded + `
ORDER BY c.relpages DESC, c.oid LIMIT $2::bigint`,
	}
}
