package postgres

import "slices"

// notSystem is a condition on pg_class c that selects user relations. It excludes temporary
// relations, which are too short-lived, and TOAST tables, which count towards their tables.
const notSystem = `c.relpersistence <> 't' AND c.relnamespace NOT IN (
	SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))`

// statsReset is the time at which the counters of the database and its relations started. It is
// NULL if they were never reset.
const statsReset = `(SELECT extract(epoch FROM pg_stat_get_db_stat_reset_time(oid))
	FROM pg_database WHERE datname = current_database())`

// lockedRelations are the relations whose size functions would wait: they need the weakest lock,
// but queue even behind a request for an exclusive one. The CTE is materialized so that it is
// complete before the first relation is measured. If a relation is locked after that, the query
// fails with the lock timeout, and the cached result is exported.
const lockedRelations = `locked AS MATERIALIZED (
	SELECT relation FROM pg_locks
	WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`

func tableLabels() []label {
	return []label{{"schemaname", "nspname"}, {"relname", "relname"}}
}

func indexLabels() []label {
	return append(tableLabels(), label{"indexrelname", "indexrelname"})
}

// isTable is a condition on pg_class c that selects tables that hold rows: partitions, but not
// partitioned tables.
const isTable = `c.relkind IN ('r', 'm') AND ` + notSystem

// chosenTables chooses tables before any table is read: first those with a name in the parameter
// $2, then the largest by the estimate in pg_class.
const chosenTables = `
	SELECT c.oid, c.relname, c.relnamespace, c.reltoastrelid, c.reltuples, c.reloptions FROM pg_class c
	LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
	WHERE ` + isTable + `
	ORDER BY c.relname = ANY ($2::text[]) DESC, c.relpages::bigint + coalesce(toast.relpages, 0) DESC, c.oid
	LIMIT $1::bigint`

// pinnedTables counts the tables by pinned name, or returns NULL if not all of them are chosen.
const pinnedTables = `
	SELECT pinned.name, CASE WHEN sum(count(c.oid)) OVER () <= $1::bigint THEN count(c.oid) END AS tables
	FROM unnest($2::text[]) pinned(name)
	LEFT JOIN pg_class c ON c.relname = pinned.name AND ` + isTable + `
	GROUP BY pinned.name`

// onPrimary replaces an expression by NULL on a standby, where Postgres returns 0 for unknown
// values.
func onPrimary(sql string) string { return "CASE WHEN NOT pg_is_in_recovery() THEN " + sql + " END" }

// tables exports the activity of the chosen tables. It chooses them first, as indexes does. The
// rows that count pinned tables have no schema and no other values.
func tables(config Config) collector {
	return collector{
		part:    "tables",
		labels:  []label{{"schemaname", "coalesce(n.nspname, '')"}, {"relname", "c.relname"}},
		created: statsReset,
		args:    []any{config.TablesLimit, config.PinnedTables},
		metrics: slices.Concat([]metric{
			gauge("pg_tables_pinned", onPrimary("c.pinned"),
				"Exported tables with a name in --postgres.pinned-table; 0 if no such table exists, absent if "+
					"--postgres.tables.limit is too low for all, and on a standby."),
			counter("pg_stat_user_tables_seq_scan_total", "pg_stat_get_numscans(c.oid)",
				"Sequential scans of the table on this server."),
			counter("pg_stat_user_tables_seq_tup_read_total", "pg_stat_get_tuples_returned(c.oid)",
				"Live rows read by sequential scans of the table."),
			gauge("pg_stat_user_tables_last_seq_scan_timestamp_seconds", "extract(epoch FROM pg_stat_get_lastscan(c.oid))",
				"Time of the last sequential scan of the table, in Unix seconds; absent if there was none.").from(16),
			counter("pg_stat_user_tables_idx_scan_total", "i.scans",
				"Index scans of the table on this server; absent if it has no index."),
			counter("pg_stat_user_tables_idx_tup_fetch_total", "i.fetched + pg_stat_get_tuples_fetched(c.oid)",
				"Live rows fetched by index scans of the table; absent if it has no index."),
			counter("pg_stat_user_tables_n_tup_ins_total", "pg_stat_get_tuples_inserted(c.oid)", "Rows inserted."),
			counter("pg_stat_user_tables_n_tup_upd_total", "pg_stat_get_tuples_updated(c.oid)",
				"Rows updated, including heap-only updates."),
			counter("pg_stat_user_tables_n_tup_del_total", "pg_stat_get_tuples_deleted(c.oid)", "Rows deleted."),
			counter("pg_stat_user_tables_n_tup_hot_upd_total", "pg_stat_get_tuples_hot_updated(c.oid)",
				"Rows updated without a change to an index (heap-only)."),
			gauge("pg_stat_user_tables_n_live_tup", onPrimary("pg_stat_get_live_tuples(c.oid)"),
				"Estimated live rows; absent on a standby."),
			gauge("pg_stat_user_tables_n_dead_tup", onPrimary("pg_stat_get_dead_tuples(c.oid)"),
				"Estimated dead rows that vacuum has not removed; absent on a standby."),
			gauge("pg_stat_user_tables_n_mod_since_analyze", onPrimary("pg_stat_get_mod_since_analyze(c.oid)"),
				"Estimated rows changed since the table was last analyzed; absent on a standby."),
		}, tableMaintenance(), autovacuumThresholds()),
		from: `FROM (
	SELECT chosen.*, NULL AS pinned FROM (` + chosenTables + `
	) chosen
	UNION ALL
	SELECT NULL, name, NULL, NULL, NULL, NULL, tables FROM (` + pinnedTables + `
	) pinned
) c
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
` + autovacuumSettings + `
CROSS JOIN LATERAL (
	SELECT sum(pg_stat_get_numscans(indexrelid)) AS scans, sum(pg_stat_get_tuples_fetched(indexrelid)) AS fetched
	FROM pg_index WHERE indrelid = c.oid
) i`,
	}
}

// tableMaintenance exports manual and automatic vacuums and analyzes.
func tableMaintenance() []metric {
	var values []metric
	for _, c := range []struct{ column, name string }{
		{"vacuum", "manual vacuum"},
		{"autovacuum", "autovacuum"},
		{"analyze", "manual analyze"},
		{"autoanalyze", "autoanalyze"},
	} {
		values = append(values,
			counter("pg_stat_user_tables_"+c.column+"_count_total", "pg_stat_get_"+c.column+"_count(c.oid)",
				"Runs of "+c.name+" on the table."),
			gauge("pg_stat_user_tables_last_"+c.column+"_timestamp_seconds",
				"extract(epoch FROM pg_stat_get_last_"+c.column+"_time(c.oid))",
				"Time of the last "+c.name+" of the table, in Unix seconds; absent if there was none."))
	}
	return values
}

// tableSizes measures the chosen tables. Measuring opens a table, its TOAST table and its indexes,
// so it skips the tables that have an exclusive lock on any of these.
func tableSizes(config Config) collector {
	return collector{
		part:   "table_sizes",
		slow:   true,
		labels: tableLabels(),
		args:   []any{config.TablesLimit, config.PinnedTables},
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
	FROM (` + chosenTables + `
	) c
	JOIN pg_namespace n ON n.oid = c.relnamespace
) chosen`,
	}
}

// tableTotals covers all tables, regardless of the limit.
func tableTotals(config Config) collector {
	return collector{
		part: "table_totals",
		slow: true,
		args: []any{config.TablesLimit},
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
WHERE ` + isTable,
	}
}
