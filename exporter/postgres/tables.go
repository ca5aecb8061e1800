package postgres

// largestTables chooses by an estimate that costs nothing, before anything is asked of a table. The parents of
// partitions hold no rows and are left out, as their partitions are not.
const largestTables = `
	SELECT c.oid, c.relname, c.relnamespace, c.reltoastrelid FROM pg_class c
	LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
	WHERE c.relkind IN ('r', 'm') AND ` + notSystem + `
	ORDER BY c.relpages::bigint + coalesce(toast.relpages, 0) DESC, c.oid LIMIT $1::bigint`

// onPrimary makes NULL on a standby of what a standby does not know, where Postgres would say 0.
func onPrimary(sql string) string { return "CASE WHEN NOT pg_is_in_recovery() THEN " + sql + " END" }

// tables say what happens in the largest tables, read as in indexes.
func tables() collector {
	return collector{
		part:    "tables",
		labels:  tableLabels(),
		created: statsReset,
		args:    tablesLimit,
		metrics: append(append(tableScans(), tableRows()...), tableCare()...),
		from: `FROM (` + largestTables + `
) c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
	SELECT sum(pg_stat_get_numscans(indexrelid)) AS scans, sum(pg_stat_get_tuples_fetched(indexrelid)) AS fetched
	FROM pg_index WHERE indrelid = c.oid
) i`,
	}
}

func tableScans() []metric {
	return []metric{
		counter("pg_stat_user_tables_seq_scan_total", "pg_stat_get_numscans(c.oid)",
			"Sequential scans of the table on this server."),
		counter("pg_stat_user_tables_seq_tup_read_total", "pg_stat_get_tuples_returned(c.oid)",
			"Live rows that sequential scans of the table read."),
		gauge("pg_stat_user_tables_last_seq_scan_timestamp_seconds", "extract(epoch FROM pg_stat_get_lastscan(c.oid))",
			"When the table was last scanned sequentially, in Unix time; absent if never.").from(16),
		counter("pg_stat_user_tables_idx_scan_total", "i.scans",
			"Scans of the table's indexes on this server; absent if it has none."),
		counter("pg_stat_user_tables_idx_tup_fetch_total", "i.fetched + pg_stat_get_tuples_fetched(c.oid)",
			"Live rows that index scans of the table fetched; absent if it has no index."),
	}
}

func tableRows() []metric {
	return []metric{
		counter("pg_stat_user_tables_n_tup_ins_total", "pg_stat_get_tuples_inserted(c.oid)", "Rows inserted."),
		counter("pg_stat_user_tables_n_tup_upd_total", "pg_stat_get_tuples_updated(c.oid)",
			"Rows updated, the heap-only updates included."),
		counter("pg_stat_user_tables_n_tup_del_total", "pg_stat_get_tuples_deleted(c.oid)", "Rows deleted."),
		counter("pg_stat_user_tables_n_tup_hot_upd_total", "pg_stat_get_tuples_hot_updated(c.oid)",
			"Rows updated in their page without touching an index."),
		gauge("pg_stat_user_tables_n_live_tup", onPrimary("pg_stat_get_live_tuples(c.oid)"),
			"Estimated live rows; absent on a standby."),
		gauge("pg_stat_user_tables_n_dead_tup", onPrimary("pg_stat_get_dead_tuples(c.oid)"),
			"Estimated dead rows that vacuum has not removed yet; absent on a standby."),
		gauge("pg_stat_user_tables_n_mod_since_analyze", onPrimary("pg_stat_get_mod_since_analyze(c.oid)"),
			"Estimated rows changed since the table was last analyzed; absent on a standby."),
	}
}

// tableCare is what vacuum and analyze did, by hand and by themselves.
func tableCare() []metric {
	var values []metric
	for _, c := range []struct{ column, what string }{
		{"vacuum", "vacuumed by hand"},
		{"autovacuum", "vacuumed by autovacuum"},
		{"analyze", "analyzed by hand"},
		{"autoanalyze", "analyzed by autovacuum"},
	} {
		values = append(values,
			counter("pg_stat_user_tables_"+c.column+"_count_total", "pg_stat_get_"+c.column+"_count(c.oid)",
				"Times that the table was "+c.what+"."),
			gauge("pg_stat_user_tables_last_"+c.column+"_timestamp_seconds",
				"extract(epoch FROM pg_stat_get_last_"+c.column+"_time(c.oid))",
				"When the table was last "+c.what+", in Unix time; absent if never."))
	}
	return values
}
