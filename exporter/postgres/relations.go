package postgres

// notSystem is a condition on pg_class c that selects user relations. It excludes temporary
// relations, which are too short-lived, and TOAST tables, which count towards their tables.
const notSystem = `c.relpersistence <> 't' AND c.relnamespace NOT IN (
	SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))`

// statsReset is the time at which the counters of the database and its relations started. It is NULL
// if they were never reset.
const statsReset = `(SELECT extract(epoch FROM pg_stat_get_db_stat_reset_time(oid))
	FROM pg_database WHERE datname = current_database())`

// lockedRelations are the relations whose size functions would wait: they need the weakest lock, but
// queue even behind a request for an exclusive one. The CTE is materialized so that it is complete
// before the first relation is measured. If a relation is locked after that, the query fails with
// the lock timeout, and the cached result is exported.
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
