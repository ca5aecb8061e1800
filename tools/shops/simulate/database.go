package simulate

import (
	"fmt"
	"time"
)

// database is the state of the PostgreSQL server.
type database struct {
	rows, inserted     float64 // of a core table
	size, imported     float64 // bytes of the whole database; bytes in tables of imports
	blocked, deadlocks float64 // sessions; total
	hits, reads, temp  float64 // totals: blocks and bytes
	calls, seconds     float64 // totals of one statement
	nightCalls         float64 // of the statement of the nightly job
}

// disk is the size of the database disk in bytes, which thresholds.yml assumes.
const disk = 8 << 30

// nearlyFull reports whether the disk has little space left.
func (d *database) nearlyFull() bool { return d.size+d.imported > 0.85*disk }

// tick simulates a minute.
func (d *database) tick(r *random, shop Shop, at time.Time, c conditions) {
	const day = 24 * 60
	if d.size == 0 {
		d.rows, d.size = 100*shop.orders, 2e9
	}
	d.rows += shop.orders / day
	d.inserted += shop.orders / day
	if c.ordersDeleted {
		d.rows = 0
	}
	d.size = min(d.size+20e6/day+c.diskGrowth, disk)
	if at.Day() == 14 && at.Hour() == 11 {
		d.imported += 600e6 / 60 // a bulk load that ends after an hour
	}
	// Locks are held for moments, by more sessions where there are more.
	d.blocked = r.poisson(shop.databaseSessions / 200 * c.sessions)
	d.deadlocks += r.poisson(shop.databaseSessions / 500 / 60)
	blocks := 200 * 60 * shop.databaseSessions * c.traffic
	misses := 0.005
	if c.nightly {
		misses = 0.08 // it reads tables that are not in memory, and sorts more than fits
		blocks += 5000 * 60 * shop.databaseSessions
		d.temp += 10e6 * 60
	}
	d.hits += blocks * (1 - misses)
	d.reads += blocks * misses
	statements := r.poisson(60 * shop.requests * c.traffic)
	d.calls += statements
	d.seconds += statements * 0.004 * c.latency
	if at.Hour() == 2 && at.Minute() == 40 {
		d.nightCalls++
	}
}

// expose sets the gauges and the counters, which the server keeps while the exporter restarts.
func (d *database) expose(e *exporter, shop Shop, at time.Time, c conditions) {
	name := `datname="marketplace"`
	set := func(metric, labels string, value float64) {
		e.set(fmt.Sprintf("%s{%s%s}", metric, name, labels), value)
	}
	set("pg_up", "", 1)
	set("pg_settings_max_connections", "", shop.databaseSessions+3)
	set("pg_settings_superuser_reserved_connections", "", 3)
	active := 0.2 * c.sessions
	for state, share := range map[string]float64{"active": active, "idle": c.sessions - active} {
		set("pg_stat_activity_connections", fmt.Sprintf(`,state=%q,user_class="application",wait_event_type="none"`, state),
			float64(int(share*shop.databaseSessions)))
	}
	set("pg_locks_blocked_backends", "", d.blocked)
	slow, idle := 0.0, 20.0
	if c.nightly {
		slow = 1
	}
	set("pg_stat_activity_slow_statements", "", slow)
	set("pg_stat_activity_oldest_idle_in_transaction_seconds", "", idle)
	set("pg_stat_database_deadlocks_total", "", d.deadlocks)
	set("pg_stat_database_blks_hit_total", "", d.hits)
	set("pg_stat_database_blks_read_total", "", d.reads)
	set("pg_stat_database_temp_bytes_total", "", d.temp)
	set("pg_stat_database_checksum_failures_total", "", 0)
	set("pg_stat_database_xact_commit_total", "", d.calls)
	set("pg_stat_database_xact_rollback_total", "", d.deadlocks)
	set("pg_replication_slot_retained_wal_bytes", `,slot_name="replica",slot_type="physical"`, 16e6)
	set("pg_stat_statements_deallocations_total", "", 0)
	set("pg_stat_statements_calls_total", `,queryid="1",user="app"`, d.calls)
	set("pg_stat_statements_seconds_total", `,queryid="1",user="app"`, d.seconds)
	set("pg_stat_statements_calls_total", `,queryid="2",user="jobs"`, d.nightCalls)
	set("pg_stat_statements_seconds_total", `,queryid="2",user="jobs"`, 2400*d.nightCalls)
	lag := 0.5
	if c.nightly {
		lag = 20
	}
	set("pg_stat_replication_replay_lag_seconds", `,application_name="replica"`, lag)
	// A segment of WAL is archived every 5 minutes.
	set("pg_stat_archiver_last_archived_timestamp_seconds", "", float64(at.Truncate(5*time.Minute).Unix()))
	set("pg_database_wraparound_age_datfrozenxid", "", 150e6)
	set("pg_database_wraparound_age_datminmxid", "", 1e6)
	set("pg_database_size_bytes", "", d.size+d.imported)
	set("pg_indexes_estimated_bytes", `,class="unused"`, 20e6)
	set("pg_tables_without_row_security", `,schemaname="public"`, 0)
	for _, table := range []string{"Order", "Payment", "User"} {
		labels := fmt.Sprintf(`,relname=%q,schemaname="public"`, table)
		rows := d.rows
		if table != "Order" {
			rows = 100*shop.orders + 1000 // only the orders are deleted
		}
		set("pg_stat_user_tables_n_live_tup", labels, rows)
		set("pg_stat_user_tables_n_tup_ins_total", labels, d.inserted)
		set("pg_stat_user_tables_table_size_bytes", labels, d.size/3)
	}
	set("pg_stat_user_tables_table_size_bytes", `,relname="Import",schemaname="public"`, d.imported)
}

// exposeSources sets what the exporter reports about itself.
func (s *Simulation) exposeSources(e *exporter, at time.Time, c conditions) {
	database := 1.0
	if c.databaseDown {
		database = 0
		e.set(`pg_up{datname="marketplace"}`, 0)
	} else {
		s.collected = at
	}
	for source, up := range map[string]float64{"postgres": database, "kpi": database, "inbound": 1} {
		collected := at
		if up == 0 {
			collected = s.collected
		}
		e.set(fmt.Sprintf("marketplace_source_up{source=%q}", source), up)
		e.set(fmt.Sprintf("marketplace_source_last_success_timestamp_seconds{source=%q}", source), float64(collected.Unix()))
	}
	e.set(`marketplace_kpi_last_success_timestamp_seconds{kpi="payments"}`, float64(s.collected.Unix()))
	e.set(`marketplace_kpi_max_age_seconds{kpi="payments"}`, 180)
	for _, drain := range []string{"traces", "logs"} {
		if !e.lastRow.IsZero() {
			e.set(fmt.Sprintf("marketplace_vercel_last_row_timestamp_seconds{drain=%q}", drain), float64(e.lastRow.Unix()))
		}
	}
	e.set("marketplace_exporter_config_last_reload_successful", 1)
	e.add("marketplace_inbound_dedupe_evictions_total", 0)
}
