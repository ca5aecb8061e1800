package postgres

// indexStatisticsStart is the time since when this server has counted the scans of indexes under the work that it has
// now; NULL where the counts say nothing of that. It errs to the late side:
//   - From Postgres 15 on, a database whose statistics nobody has reset has no stats_reset, not even after a crash,
//     which loses them all. The archiver's are lost with them, and do have a time: that of initdb if nothing happened.
//     Before 15, a database without stats_reset is one of which nothing was counted yet.
//   - A standby counts the scans of its own queries. Promoted, it goes on counting from there, though the primary's
//     work has only begun. What it replayed last tells when that was, until a restart forgets it; then all that is
//     known of a server on a later timeline is that it was promoted before it was started.
const indexStatisticsStart = `(SELECT
	CASE WHEN current_setting('track_counts')::bool AND NOT pg_is_in_recovery() THEN greatest(
		coalesce(pg_stat_get_db_stat_reset_time(d.oid),
			CASE WHEN current_setting('server_version_num')::int >= 150000 THEN a.stats_reset END, 'infinity'),
		coalesce(pg_last_xact_replay_timestamp(), CASE WHEN k.timeline_id > 1 THEN pg_postmaster_start_time() END)
	) END
	FROM pg_database d, pg_stat_archiver a, pg_control_checkpoint() k WHERE d.datname = current_database())`

// judgedIndexes puts each index into one class, the first that fits. Only one that is 'unused' may be dropped:
//   - A constraint stands on an index that is primary, unique or an exclusion; a replica identity is always unique.
//   - An index that is attached to a partitioned one cannot be dropped without all of its siblings.
//   - One on an expression gives the planner statistics of it, scanned or not.
//
// When an index was created is recorded nowhere. One younger than the statistics looks as if it had been of no use for
// as long as they are old, so whoever is about to drop one should have seen it reported for as long.
const judgedIndexes = `old AS MATERIALIZED (
		SELECT coalesce(` + indexStatisticsStart + ` <= now() - $1::float8 * interval '1 second', false) AS enough
	), judged AS MATERIALIZED (
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

// indexSizes say how large the largest indexes are, and which are unused or broken. Those are chosen apart, so that no
// number of larger indexes can hide them.
func indexSizes() collector {
	return collector{
		part:   "index_sizes",
		slow:   true,
		labels: indexLabels(),
		args: func(s server) []any {
			return []any{s.config.IndexMinAge.Seconds(), s.config.IndexesLimit}
		},
		metrics: []metric{
			gauge("pg_index_size_bytes", "CASE WHEN NOT locked THEN pg_relation_size(oid) END",
				"Size of the index; absent while it is locked exclusively."),
			gauge("pg_index_valid", "CASE WHEN class = 'invalid' THEN 0 ELSE 1 END",
				"Whether queries can use the index; 0 while it is built, and after a concurrent build that failed."),
			gauge("pg_index_unused", "CASE WHEN class = 'unused' THEN 1 END",
				"1 for an index that guards nothing and was never scanned on this server since the statistics began; "+
					"absent for others, on a standby, and while the statistics are too young."),
		},
		from: `FROM (
	WITH ` + judgedIndexes + `, ` + lockedRelations + `
	SELECT *, oid IN (SELECT relation FROM locked) AS locked FROM (
		SELECT *, row_number() OVER (ORDER BY relpages DESC, oid) AS place,
			row_number() OVER (PARTITION BY class ORDER BY relpages DESC, oid) AS place_in_class
		FROM judged
	) ranked
	WHERE place <= $2::bigint OR (class IN ('unused', 'invalid') AND place_in_class <= $2::bigint)
) chosen`,
	}
}

// indexTotals cover all indexes, whatever the limit. A class of which there is none counts 0; unused ones are absent
// while nobody can tell.
func indexTotals() collector {
	return collector{
		part:   "index_totals",
		slow:   true,
		labels: []label{{"datname", "current_database()"}, {"class", "classes.class"}},
		args:   func(s server) []any { return []any{s.config.IndexMinAge.Seconds()} },
		metrics: []metric{
			gauge("pg_indexes", "count(oid)",
				"Indexes, each in the first class that fits: invalid, primary, unique, constraint, unused, other."),
			gauge("pg_indexes_estimated_bytes",
				"coalesce(sum(relpages), 0) * current_setting('block_size')::bigint",
				"Size of all indexes of the class as of their latest vacuum or analyze."),
		},
		from: `FROM (
	WITH ` + judgedIndexes + `
	SELECT classes.class, judged.oid, judged.relpages
	FROM unnest('{invalid,primary,unique,constraint,unused,other}'::text[]) AS classes (class)
	CROSS JOIN old
	LEFT JOIN judged USING (class)
	WHERE classes.class <> 'unused' OR old.enough
) classes
GROUP BY classes.class`,
	}
}

// indexCoverage says how far the other families of indexes reach.
func indexCoverage() collector {
	return collector{
		part:   "index_coverage",
		slow:   true,
		labels: []label{{"datname", "current_database()"}},
		args:   indexesLimit,
		metrics: []metric{
			gauge("pg_indexes_omitted", "greatest(count(*) - $1::bigint, 0)",
				"Indexes beyond the limit on exported ones, which is --postgres.indexes.limit."),
			gauge("pg_indexes_statistics_start_timestamp_seconds",
				"extract(epoch FROM nullif("+indexStatisticsStart+", 'infinity'))",
				"Since when index scans have been counted, in Unix time; no index is called unused before this is "+
					"older than --postgres.indexes.min-age."),
		},
		from: `FROM pg_class c WHERE c.relkind = 'i' AND ` + notSystem,
	}
}
