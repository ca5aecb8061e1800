package postgres

// indexes say how much each of the largest indexes is used. It runs at every scrape, so it reads pg_class, whose
// relpages are an estimate that costs nothing, and asks the statistics of those few that it has chosen by it. The
// views of the statistics would read those of all relations.
func indexes() collector {
	return collector{
		part:    "indexes",
		labels:  indexLabels(),
		created: statsReset,
		args:    indexesLimit,
		metrics: []metric{
			counter("pg_stat_user_indexes_idx_scan_total", "pg_stat_get_numscans(c.oid)",
				"Scans of the index on this server; a replica counts its own."),
			counter("pg_stat_user_indexes_idx_tup_read_total", "pg_stat_get_tuples_returned(c.oid)",
				"Entries that scans of the index returned."),
			counter("pg_stat_user_indexes_idx_tup_fetch_total", "pg_stat_get_tuples_fetched(c.oid)",
				"Live table rows that simple scans of the index fetched."),
			gauge("pg_stat_user_indexes_last_idx_scan_timestamp_seconds", "extract(epoch FROM pg_stat_get_lastscan(c.oid))",
				"When the index was last scanned, in Unix time; absent if never.").from(16),
		},
		from: `FROM (
	SELECT c.oid, c.relname AS indexrelname, c.relnamespace FROM pg_class c
	WHERE c.relkind = 'i' AND ` + notSystem + `
	ORDER BY c.relpages DESC, c.oid LIMIT $1::bigint
) c
JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace`,
	}
}
