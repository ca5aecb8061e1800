package postgres

import (
	"fmt"
)

// statementColumns are the numbers of one statement: sums over all entries of pg_stat_statements that share database,
// user and queryid, since entries also differ by toplevel. Versions are those of the extension's minor number, 8 to 12,
// for it is the extension that has the columns and not the server.
func statementColumns() []metric {
	return []metric{
		counter("pg_stat_statements_calls_total", "sum(s.calls)",
			"Executions."),
		counter("pg_stat_statements_seconds_total", "sum(s.total_exec_time) / 1000",
			"Time spent executing."),
		counter("pg_stat_statements_plan_seconds_total", "sum(s.total_plan_time) / 1000",
			"Time spent planning; 0 unless pg_stat_statements.track_planning is on."),
		counter("pg_stat_statements_rows_total", "sum(s.rows)",
			"Rows retrieved or affected."),
		counter("pg_stat_statements_shared_blks_hit_total", "sum(s.shared_blks_hit)",
			"Shared blocks found in the buffer cache."),
		counter("pg_stat_statements_shared_blks_read_total", "sum(s.shared_blks_read)",
			"Shared blocks read from outside the buffer cache."),
		counter("pg_stat_statements_shared_blks_dirtied_total", "sum(s.shared_blks_dirtied)",
			"Shared blocks dirtied."),
		counter("pg_stat_statements_shared_blks_written_total", "sum(s.shared_blks_written)",
			"Shared blocks that the statement had to write itself."),
		counter("pg_stat_statements_temp_blks_read_total", "sum(s.temp_blks_read)",
			"Blocks read back from temporary files."),
		counter("pg_stat_statements_temp_blks_written_total", "sum(s.temp_blks_written)",
			"Blocks written to temporary files, because work_mem was too small."),
		counter("pg_stat_statements_block_read_seconds_total", "sum(s.blk_read_time) / 1000",
			"Time spent reading blocks; 0 unless track_io_timing is on.").until(10),
		counter("pg_stat_statements_block_read_seconds_total", "sum(s.shared_blk_read_time + s.local_blk_read_time) / 1000",
			"Time spent reading blocks; 0 unless track_io_timing is on.").from(11),
		counter("pg_stat_statements_block_write_seconds_total", "sum(s.blk_write_time) / 1000",
			"Time spent writing blocks; 0 unless track_io_timing is on.").until(10),
		counter("pg_stat_statements_block_write_seconds_total", "sum(s.shared_blk_write_time + s.local_blk_write_time) / 1000",
			"Time spent writing blocks; 0 unless track_io_timing is on.").from(11),
		counter("pg_stat_statements_wal_bytes_total", "sum(s.wal_bytes)",
			"Write-ahead log generated, in bytes."),
		gauge("pg_stat_statements_mean_seconds", "sum(s.total_exec_time) / nullif(sum(s.calls), 0) / 1000",
			"Mean execution time since the entry began."),
		gauge("pg_stat_statements_max_seconds", "max(s.max_exec_time) / 1000",
			"Longest execution since the entry began or its minima and maxima were reset."),
		gauge("pg_stat_statements_stddev_seconds", pooledDeviation,
			"Population standard deviation of the execution time since the entry began."),
	}
}

// pooledDeviation is the standard deviation of the union of groups that each have a size, a mean and a deviation:
// the mean of the squares less the square of the mean. Rounding must not take it below zero.
const pooledDeviation = `sqrt(greatest(0,
	sum(s.calls * (s.stddev_exec_time ^ 2 + s.mean_exec_time ^ 2)) / nullif(sum(s.calls), 0)
	- (sum(s.total_exec_time) / nullif(sum(s.calls), 0)) ^ 2)) / 1000`

const (
	// unknown stands for the user or database that is gone, and for the queryid that could not be computed.
	datnameSQL = "coalesce(d.datname::text, 'unknown')"
	userSQL    = "coalesce(r.rolname::text, 'unknown')"
	queryidSQL = "coalesce(s.queryid::text, 'unknown')"
)

// entriesSQL reads the numbers without the texts: with them the server would read its whole text file every time.
func entriesSQL(s server) string {
	return fmt.Sprintf(`FROM %s.pg_stat_statements(false) s
		LEFT JOIN pg_database d ON d.oid = s.dbid
		LEFT JOIN pg_roles r ON r.oid = s.userid
		`, s.statements)
}

// statementNumbers is one row for each of the chosen statements, and one a database for all the others together, whose
// user and queryid are NULL. Both are of one scan, so that the totals agree with the parts.
func statementNumbers(s server) collector {
	const join = `LEFT JOIN unnest($1::text[], $2::text[], $3::text[]) AS c(datname, rolname, queryid)
		ON c.datname = ` + datnameSQL + ` AND c.rolname = ` + userSQL + ` AND c.queryid = ` + queryidSQL
	f := collector{
		part:   "statements",
		labels: []label{{"datname", datnameSQL}, {"user", "c.rolname"}, {"queryid", "c.queryid"}},
		metrics: append([]metric{
			gauge("pg_stat_statements_entries", "count(*)",
				"Entries of pg_stat_statements."),
			gauge("pg_stat_statements_slow_mean_entries", "count(*) FILTER (WHERE s.mean_exec_time > $4::float8 * 1000)",
				"Entries whose mean execution time is over --postgres.slow-threshold."),
			gauge("pg_stat_statements_slow_max_entries", "count(*) FILTER (WHERE s.max_exec_time > $4::float8 * 1000)",
				"Entries whose longest execution took more than --postgres.slow-threshold."),
		}, statementColumns()...),
		from: entriesSQL(s) + join + "\nGROUP BY 1, 2, 3",
	}
	if s.extension.atLeast(11) {
		f.created = "extract(epoch FROM min(s.stats_since))"
	}
	return f
}

// statementsInfo is what the extension says of itself.
func statementsInfo(s server) collector {
	f := collector{
		part:   "statements_info",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_stat_statements_max_entries", "current_setting('pg_stat_statements.max')",
				"Entries that pg_stat_statements keeps at most, over all databases."),
			counter("pg_stat_statements_deallocations_total", "i.dealloc",
				"Times that the least used entries were evicted to make room.").from(9),
		},
	}
	if s.extension.atLeast(9) {
		f.from = fmt.Sprintf("FROM %s.pg_stat_statements_info i", s.statements)
		f.created = "extract(epoch FROM i.stats_reset)"
	}
	return f
}
