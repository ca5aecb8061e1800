package postgres

// tableSizes measures the largest tables. Measuring opens a table, its TOAST table and its indexes,
// so it skips the tables that have an exclusive lock on any of these.
func tableSizes() collector {
	return collector{
		part:   "table_sizes",
		slow:   true,
		labels: tableLabels(),
		args:   tablesLimit,
		metrics: []metric{
			gauge("pg_stat_user_tables_table_size_bytes", "CASE WHEN NOT busy THEN pg_table_size(oid) END",
				"Size of the table with its TOAST, without its indexes, in bytes; absent while it is locked exclusively."),
			gauge("pg_stat_user_tables_index_size_bytes", "CASE WHEN NOT busy THEN pg_indexes_size(oid) END",
				"Size of all indexes of the table, in bytes; absent while the table or one of them is locked exclusively."),
		},
		from: `FROM (
	WITH ` + lockedRelations + `, busy AS MATERIALIZED (
		SELECT relation FROM locked
		UNION SELECT indrelid FROM pg_index JOIN locked ON relation = indexrelid
	)
	SELECT c.oid, c.relname, n.nspname,
		c.oid IN (SELECT relation FROM busy) OR c.reltoastrelid IN (SELECT relation FROM busy) AS busy
	FROM (` + largestTables + `
	) c
	JOIN pg_namespace n ON n.oid = c.relnamespace
) chosen`,
	}
}

// tableTotals covers all tables, regardless of the limit.
func tableTotals() collector {
	return collector{
		part:   "table_totals",
		slow:   true,
		labels: []label{{"datname", "current_database()"}},
		args:   tablesLimit,
		metrics: []metric{
			gauge("pg_tables", "count(*)", "Tables and materialized views, including partitions."),
			gauge("pg_tables_omitted", "greatest(count(*) - $1::bigint, 0)",
				"Tables beyond --postgres.tables.limit, which are not exported."),
			gauge("pg_tables_live_rows", onPrimary("coalesce(sum(pg_stat_get_live_tuples(c.oid)), 0)"),
				"Estimated live rows of all tables; absent on a standby."),
			gauge("pg_tables_dead_rows", onPrimary("coalesce(sum(pg_stat_get_dead_tuples(c.oid)), 0)"),
				"Estimated dead rows of all tables; absent on a standby."),
			gauge("pg_tables_estimated_bytes", "coalesce(sum(c.relpages::bigint + coalesce(toast.relpages, 0)), 0)"+
				" * current_setting('block_size')::bigint",
				"Size of all tables with their TOAST, without indexes, as of their latest vacuum, in bytes."),
		},
		from: `FROM pg_class c
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
WHERE c.relkind IN ('r', 'm') AND ` + notSystem,
	}
}
