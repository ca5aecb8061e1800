package postgres

// indexes reports the scans of the largest indexes. It runs in every collection, so it first chooses
// the indexes by the estimate in pg_class.relpages, and reads statistics only for these. The
// statistics views would read them for all relations.
func indexes() collector {
	return collector{
		part:    "indexes",
		labels:  indexLabels(),
		created: statsReset,
		args:    indexesLimit,
		metrics: []metric{
			counter("pg_stat_user_indexes_idx_scan_total", "pg_stat_get_numscans(c.oid)",
				"Scans of the index on this server; each replica counts its own."),
			counter("pg_stat_user_indexes_idx_tup_read_total", "pg_stat_get_tuples_returned(c.oid)",
				"Entries returned by scans of the index."),
			counter("pg_stat_user_indexes_idx_tup_fetch_total", "pg_stat_get_tuples_fetched(c.oid)",
				"Live table rows fetched by simple scans of the index."),
			gauge("pg_stat_user_indexes_last_idx_scan_timestamp_seconds", "extract(epoch FROM pg_stat_get_lastscan(c.oid))",
				"Time of the last scan of the index, in Unix seconds; absent if there was none.").from(16),
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
