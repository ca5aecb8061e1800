package postgres

// indexes reports the scans of the largest indexes. It runs in every collection, so it first
// chooses the indexes by the estimate in pg_class.relpages, and reads statistics only for these.
// The statistics views would read them for all relations.
func indexes(config Config) collector {
	return collector{
		part:    "indexes",
		labels:  indexLabels(),
		created: statsReset,
		args:    []any{config.IndexesLimit},
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

// indexStatisticsStart is the time since which the server has counted index scans in its current
// role. It is NULL if the counts have no meaning. If the exact time is unknown, it is a later time:
//   - Since Postgres 15, stats_reset of a database is NULL until a manual reset, even after a
//     crash, which loses all statistics. The archiver's statistics are lost at the same time, and
//     their stats_reset is never NULL: it is the time of initdb or of the loss. Before 15, NULL
//     means that nothing has been counted yet.
//   - A standby counts the scans of its own queries, and continues these counts after a promotion,
//     when the queries of a primary begin. The latest replayed transaction dates the promotion
//     until the next restart. After a restart, a later timeline shows that the promotion was before
//     it.
const indexStatisticsStart = `(SELECT
	CASE WHEN current_setting('track_counts')::bool AND NOT pg_is_in_recovery() THEN greatest(
		coalesce(pg_stat_get_db_stat_reset_time(d.oid),
			CASE WHEN current_setting('server_version_num')::int >= 150000 THEN a.stats_reset END, 'infinity'),
		coalesce(pg_last_xact_replay_timestamp(), CASE WHEN k.timeline_id > 1 THEN pg_postmaster_start_time() END)
	) END
	FROM pg_database d, pg_stat_archiver a, pg_control_checkpoint() k WHERE d.datname = current_database())`

// classifiedIndexes assigns each index to the first matching class. Only an index in the class
// 'unused' may be dropped:
//   - Primary, unique and exclusion indexes enforce constraints; a replica identity is always
//     unique.
//   - An index attached to a partitioned index cannot be dropped alone.
//   - An index on an expression provides statistics to the planner even without scans.
//
// Postgres does not record when an index was created, so a new index appears to be as old as the
// statistics. Drop an index only after it has been reported as unused for
// --postgres.indexes.min-age.
const classifiedIndexes = `old AS MATERIALIZED (
		SELECT coalesce(` + indexStatisticsStart + ` <= now() - $1::float8 * interval '1 second', false) AS enough
	), classified AS MATERIALIZED (
		SELECT c.oid, n.nspname, t.relname, c.relname AS indexrelname, c.relpages::bigint AS relpages,
			CASE
				WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'invalid'
				WHEN i.indisprimary THEN 'primary'
				WHEN i.indisunique THEN 'unique'
				WHEN i.indisexclusion THEN 'constraint'
				WHEN c.relispartition OR i.indexprs IS NOT NULL THEN 'other'
				WHEN old.enough AND pg_stat_get_numscans(c.oid) = 0 THEN 'unused'
				ELSE 'other'
			END AS class
		FROM pg_class c
		JOIN pg_index i ON i.indexrelid = c.oid
		JOIN pg_class t ON t.oid = i.indrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN old
		WHERE c.relkind = 'i' AND ` + notSystem + `
	)`

// indexSizes exports the largest indexes, and separately the largest unused and invalid indexes, so
// that larger indexes do not displace them.
func indexSizes(config Config) collector {
	return collector{
		part:   "index_sizes",
		slow:   true,
		labels: indexLabels(),
		args:   []any{config.IndexMinAge.Seconds(), config.IndexesLimit},
		metrics: []metric{
			gauge("pg_index_size_bytes", "CASE WHEN NOT locked THEN pg_relation_size(oid) END",
				"Size of the index, in bytes; absent while it is locked exclusively."),
			gauge("pg_index_valid", "CASE WHEN class = 'invalid' THEN 0 ELSE 1 END",
				"Whether queries can use the index; 0 while it is being built, and after a concurrent build failed."),
			gauge("pg_index_unused", "CASE WHEN class = 'unused' THEN 1 END",
				"Always 1, for an index without a constraint or a scan on this server since the statistics started; "+
					"absent for other indexes, on a standby, and while the statistics are too recent."),
		},
		from: `FROM (
	WITH ` + classifiedIndexes + `, ` + lockedRelations + `
	SELECT *, oid IN (SELECT relation FROM locked) AS locked FROM (
		SELECT *, row_number() OVER (ORDER BY relpages DESC, oid) AS place,
			row_number() OVER (PARTITION BY class ORDER BY relpages DESC, oid) AS place_in_class
		FROM classified
	) ranked
	WHERE place <= $2::bigint OR (class IN ('unused', 'invalid') AND place_in_class <= $2::bigint)
) chosen`,
	}
}

// indexTotals covers all indexes, regardless of the limit. An empty class counts 0; the class
// unused is absent while the statistics are too recent.
func indexTotals(config Config) collector {
	return collector{
		part:   "index_totals",
		slow:   true,
		labels: []label{{"class", "classes.class"}},
		args:   []any{config.IndexMinAge.Seconds()},
		metrics: []metric{
			gauge("pg_indexes", "count(oid)",
				"Indexes, by the first matching class of invalid, primary, unique, constraint, unused and other."),
			gauge("pg_indexes_estimated_bytes",
				"coalesce(sum(relpages), 0) * current_setting('block_size')::bigint",
				"Size of all indexes of the class as of their latest vacuum or analyze, in bytes."),
		},
		from: `FROM (
	WITH ` + classifiedIndexes + `
	SELECT classes.class, classified.oid, classified.relpages
	FROM unnest('{invalid,primary,unique,constraint,unused,other}'::text[]) AS classes (class)
	CROSS JOIN old
	LEFT JOIN classified USING (class)
	WHERE classes.class <> 'unused' OR old.enough
) classes
GROUP BY classes.class`,
	}
}

// indexCoverage reports the limits of the other index collectors.
func indexCoverage(config Config) collector {
	return collector{
		part: "index_coverage",
		slow: true,
		args: []any{config.IndexesLimit},
		metrics: []metric{
			gauge("pg_indexes_omitted", "greatest(count(*) - $1::bigint, 0)",
				"Indexes beyond --postgres.indexes.limit, which are not exported."),
			gauge("pg_indexes_statistics_start_timestamp_seconds",
				"extract(epoch FROM nullif("+indexStatisticsStart+", 'infinity'))",
				"Time since which index scans have been counted, in Unix seconds; no index is reported as unused until "+
					"its age reaches --postgres.indexes.min-age."),
		},
		from: `FROM pg_class c WHERE c.relkind = 'i' AND ` + notSystem,
	}
}
