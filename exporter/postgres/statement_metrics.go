package postgres

import "fmt"

// statementMetrics returns the numbers of one statement. They are sums over all entries of
// pg_stat_statements that share database, user and queryid, since entries also differ by toplevel.
// The versions are minor numbers of the extension, 8 to 12.
func statementMetrics() []metric {
	const reading, writing = "pg_stat_statements_block_read_seconds_total", "pg_stat_statements_block_write_seconds_total"
	return []metric{
		counter("pg_stat_statements_calls_total", "sum(s.calls)",
			"Executions."),
		counter("pg_stat_statements_seconds_total", "sum(s.total_exec_time) / 1000",
			"Execution time, in seconds."),
		counter("pg_stat_statements_plan_seconds_total", "sum(s.total_plan_time) / 1000",
			"Planning time, in seconds; 0 unless pg_stat_statements.track_planning is on."),
		counter("pg_stat_statements_rows_total", "sum(s.rows)",
			"Rows retrieved or affected."),
		counter("pg_stat_statements_shared_blks_hit_total", "sum(s.shared_blks_hit)",
			"Shared blocks found in the buffer cache."),
		counter("pg_stat_statements_shared_blks_read_total", "sum(s.shared_blks_read)",
			"Shared blocks read from outside the buffer cache."),
		counter("pg_stat_statements_shared_blks_dirtied_total", "sum(s.shared_blks_dirtied)",
			"Shared blocks dirtied."),
		counter("pg_stat_statements_shared_blks_written_total", "sum(s.shared_blks_written)",
			"Shared blocks written by the statement itself."),
		counter("pg_stat_statements_temp_blks_read_total", "sum(s.temp_blks_read)",
			"Blocks read from temporary files."),
		counter("pg_stat_statements_temp_blks_written_total", "sum(s.temp_blks_written)",
			"Blocks written to temporary files, because work_mem was too small."),
		counter(reading, "sum(s.blk_read_time) / 1000",
			"Time spent reading blocks, in seconds; 0 unless track_io_timing is on.").until(10),
		counter(reading, "sum(s.shared_blk_read_time + s.local_blk_read_time) / 1000",
			"Time spent reading blocks, in seconds; 0 unless track_io_timing is on.").from(11),
		counter(writing, "sum(s.blk_write_time) / 1000",
			"Time spent writing blocks, in seconds; 0 unless track_io_timing is on.").until(10),
		counter(writing, "sum(s.shared_blk_write_time + s.local_blk_write_time) / 1000",
			"Time spent writing blocks, in seconds; 0 unless track_io_timing is on.").from(11),
		counter("pg_stat_statements_wal_bytes_total", "sum(s.wal_bytes)",
			"Write-ahead log generated, in bytes."),
		gauge("pg_stat_statements_mean_seconds", "sum(s.total_exec_time) / nullif(sum(s.calls), 0) / 1000",
			"Mean execution time since the creation of the entry, in seconds."),
		gauge("pg_stat_statements_max_seconds", "max(s.max_exec_time) / 1000",
			"Maximum execution time since the creation of the entry or the latest reset of its minima and maxima, in seconds."),
		gauge("pg_stat_statements_stddev_seconds", pooledDeviation,
			"Population standard deviation of the execution time since the creation of the entry, in seconds."),
	}
}

// pooledDeviation is the standard deviation of the union of groups with given sizes, means and
// deviations: the root of the mean of squares minus the square of the mean. greatest() guards
// against negative rounding errors.
const pooledDeviation = `sqrt(greatest(0,
	sum(s.calls * (s.stddev_exec_time ^ 2 + s.mean_exec_time ^ 2)) / nullif(sum(s.calls), 0)
	- (sum(s.total_exec_time) / nullif(sum(s.calls), 0)) ^ 2)) / 1000`

// The keys of an entry. A database or user that no longer exists is unknown, and so is a queryid
// that could not be computed.
const (
	datnameSQL = "coalesce(d.datname::text, 'unknown')"
	userSQL    = "coalesce(r.rolname::text, 'unknown')"
	queryidSQL = "coalesce(s.queryid::text, 'unknown')"
)

// entriesSQL selects the entries without their texts, which would make the server read its whole
// text file.
func entriesSQL(s server) string {
	return fmt.Sprintf(`FROM %s.pg_stat_statements(false) s
		LEFT JOIN pg_database d ON d.oid = s.dbid
		LEFT JOIN pg_roles r ON r.oid = s.userid
		`, s.statements)
}

// statementNumbers returns one row for each chosen statement, and one row for all other statements
// of each database, with NULL for user and queryid. All rows come from the same scan, so that the
// totals match the statements.
func statementNumbers(s server) collector {
	const join = `LEFT JOIN unnest($1::text[], $2::text[], $3::text[]) AS c(datname, rolname, queryid)
		ON c.datname = ` + datnameSQL + ` AND c.rolname = ` + userSQL + ` AND c.queryid = ` + queryidSQL
	c := collector{
		part:    statementsPart,
		datname: datnameSQL,
		labels:  []label{{"user", "c.rolname"}, {"queryid", "c.queryid"}},
		metrics: append([]metric{
			gauge("pg_stat_statements_entries", "count(*)",
				"Entries in pg_stat_statements."),
			gauge("pg_stat_statements_slow_mean_entries", "count(*) FILTER (WHERE s.mean_exec_time > $4::float8 * 1000)",
				"Entries with a mean execution time above --postgres.slow-threshold."),
			gauge("pg_stat_statements_slow_max_entries", "count(*) FILTER (WHERE s.max_exec_time > $4::float8 * 1000)",
				"Entries with a maximum execution time above --postgres.slow-threshold."),
		}, statementMetrics()...),
		from: entriesSQL(s) + join + "\nGROUP BY 1, 2, 3",
	}
	if s.extension.atLeast(11) {
		c.created = "extract(epoch FROM min(s.stats_since))"
	}
	return c
}

// statementsInfo reports the capacity of pg_stat_statements.
func statementsInfo(s server) collector {
	c := collector{
		part: "statements_info",
		metrics: []metric{
			gauge("pg_stat_statements_max_entries", "current_setting('pg_stat_statements.max')",
				"Maximum number of entries in pg_stat_statements, over all databases."),
			counter("pg_stat_statements_deallocations_total", "i.dealloc",
				"Evictions of the least used entries.").from(9),
		},
	}
	if s.extension.atLeast(9) {
		c.from = fmt.Sprintf("FROM %s.pg_stat_statements_info i", s.statements)
		c.created = "extract(epoch FROM i.stats_reset)"
	}
	return c
}
