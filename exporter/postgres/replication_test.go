package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const ofReplica = `{application_name="replica",datname="postgres"}`

func TestReplication(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		s.Exec(t, "shop", "CREATE TABLE items AS SELECT i AS id FROM generate_series(1, 1000) i")
		s.Exec(t, "shop", "CREATE TABLE carts (name text)")
		alone := newExporter(t, s.URL("postgres", "monitor:m"), testConfig()).scrape(t)
		require.Zero(t, alone[onServer("pg_replication_is_replica")])
		require.Zero(t, alone[onServer("pg_replication_connections")])
		for series := range alone {
			require.False(t, strings.HasPrefix(series, "pg_replication_slot") || strings.HasPrefix(series, "pg_stat_replication"), series)
		}

		second := standbyOf(t, s)
		pair := pair{
			primary: s, standby: second,
			ofPrimary: newExporter(t, s.URL("postgres", "monitor:m"), testConfig()),
			ofStandby: newExporter(t, second.URL("postgres", "monitor:m"), testConfig()),
		}
		t.Run("in sync", pair.inSync)
		t.Run("lagging", pair.lagging)
		t.Run("conflicts", pair.conflicts)
		t.Run("slots", pair.slots)
		t.Run("many replicas", pair.many)
		t.Run("disconnected", pair.disconnected)
	}, pgtest.Setting("wal_level", "logical"), pgtest.Setting("max_slot_wal_keep_size", "64MB"), pgtest.Setting("autovacuum", "off"))
}

// pair is a primary and its standby.
type pair struct {
	primary, standby     *pgtest.Server
	ofPrimary, ofStandby *exporter
}

// standbyOf copies the stopped primary and starts a standby that streams from it through a slot.
func standbyOf(t *testing.T, primary *pgtest.Server) *pgtest.Server {
	t.Helper()
	var data, hba string
	conn := primary.Conn(t, "postgres")
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting('data_directory'), current_setting('hba_file')").Scan(&data, &hba))
	run(t, conn, "SELECT pg_create_physical_replication_slot('standby')")
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, primary.Stop(t.Context(), pgserver.Fast))
	rules, err := os.OpenFile(hba, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = rules.WriteString("host replication postgres 127.0.0.1/32 trust\n")
	require.NoError(t, err)
	require.NoError(t, rules.Close())

	home, err := os.MkdirTemp("", "standby-") // the path of a socket is limited; t.TempDir() is too long
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(home)) })
	copied := filepath.Join(home, "data")
	require.NoError(t, os.CopyFS(copied, os.DirFS(data)))
	require.NoError(t, os.Chmod(copied, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(copied, "standby.signal"), nil, 0o600))
	require.NoError(t, primary.Start(t.Context()))

	binDir, err := toolbox.Postgres(primary.Major())
	require.NoError(t, err)
	standby, err := pgserver.Start(t.Context(), pgserver.Options{BinDir: binDir, Dir: home, Settings: map[string]string{
		"primary_conninfo":  fmt.Sprintf("host=127.0.0.1 port=%d user=postgres application_name=replica", primary.Port()),
		"primary_slot_name": "standby", "wal_level": "logical", "max_standby_streaming_delay": "0",
		"wal_receiver_status_interval": "1s", "wal_retrieve_retry_interval": "100ms",
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, standby.Close()) })
	return &pgtest.Server{Server: standby}
}

func (p pair) inSync(t *testing.T) {
	p.primary.Exec(t, "shop", "INSERT INTO carts VALUES ('first')")
	inSync := func(samples map[string]float64) bool {
		behind, known := samples["pg_stat_replication_replay_lag_bytes"+ofReplica]
		return known && behind == 0
	}
	onPrimary := p.ofPrimary.until(t, inSync)
	require.True(t, inSync(onPrimary))
	require.EqualValues(t, 1, onPrimary[onServer("pg_replication_connections")])
	require.Zero(t, onPrimary[onServer("pg_replication_is_replica")])
	for _, name := range []string{"pg_replication_lag_seconds", "pg_replication_last_replay_seconds", "pg_replication_receiving"} {
		require.NotContains(t, onPrimary, onServer(name))
	}
	require.Contains(t, onPrimary, onServer("pg_replication_lag"))
	require.Zero(t, onPrimary[onServer("pg_replication_lag")])

	time.Sleep(300 * time.Millisecond) // without writes the standby stays in sync, although the age of its data increases
	onStandby := p.ofStandby.until(t, reaches(onServer("pg_replication_receiving"), 1))
	const pinned = `pg_tables_pinned{datname="postgres",relname="Order",schemaname=""}`
	require.Contains(t, onPrimary, pinned)
	require.NotContains(t, onStandby, pinned, "a standby has no row counts, which would look like dropped tables")
	require.EqualValues(t, 1, onStandby[onServer("pg_replication_is_replica")])
	require.EqualValues(t, 1, onStandby[onServer("pg_replication_receiving")])
	require.Contains(t, onStandby, onServer("pg_replication_lag_seconds"))
	require.Zero(t, onStandby[onServer("pg_replication_lag_seconds")])
	require.Greater(t, onStandby[onServer("pg_replication_last_replay_seconds")], 0.3)
	require.Less(t, onStandby[onServer("pg_replication_last_replay_seconds")], 60.0)
	require.Zero(t, onStandby[onServer("pg_replication_connections")])
	require.InDelta(t, onPrimary[onServer("pg_wal_position_bytes")], onStandby[onServer("pg_wal_position_bytes")], 1e4)
	require.EqualValues(t, 1, onStandby[`marketplace_source_up{source="postgres"}`])
	for series := range onStandby {
		if strings.HasPrefix(series, "marketplace_source_failing") {
			require.Contains(t, series, `part="statements"`, "only the extension is missing")
		}
	}
}

func (p pair) lagging(t *testing.T) {
	p.standby.Exec(t, "postgres", "SELECT pg_wal_replay_pause()")
	p.primary.Exec(t, "shop", "INSERT INTO carts SELECT repeat('x', 1000) FROM generate_series(1, 2000)")
	lagBytes := "pg_stat_replication_replay_lag_bytes" + ofReplica
	onPrimary := p.ofPrimary.until(t, func(samples map[string]float64) bool {
		return samples[lagBytes] > 2e6 && samples["pg_stat_replication_flush_lag_seconds"+ofReplica] > 0
	})
	require.Greater(t, onPrimary[lagBytes], 2e6)
	require.Less(t, onPrimary[lagBytes], 4e6)
	require.Greater(t, onPrimary["pg_stat_replication_write_lag_seconds"+ofReplica], 0.0)
	require.Greater(t, onPrimary["pg_stat_replication_flush_lag_seconds"+ofReplica], 0.0)
	paused := p.ofStandby.until(t, reaches(onServer("pg_replication_lag_seconds"), 0.5))
	require.Greater(t, paused[onServer("pg_replication_lag_seconds")], 0.5)
	require.InDelta(t, paused[onServer("pg_replication_lag_seconds")], paused[onServer("pg_replication_lag")], 0.1)
	require.Less(t, paused[onServer("pg_replication_lag_seconds")], 60.0)

	p.standby.Exec(t, "postgres", "SELECT pg_wal_replay_resume()")
	p.delayedReplay(t)
	resumed := p.ofStandby.until(t, func(samples map[string]float64) bool { return samples[onServer("pg_replication_lag_seconds")] == 0 })
	require.Zero(t, resumed[onServer("pg_replication_lag_seconds")])
}

// delayedReplay keeps writing, because the server clears its measurements when all log is replayed.
func (p pair) delayedReplay(t *testing.T) {
	t.Helper()
	replayLag, flushLag := "pg_stat_replication_replay_lag_seconds"+ofReplica, "pg_stat_replication_flush_lag_seconds"+ofReplica
	p.standby.Exec(t, "postgres", "ALTER SYSTEM SET recovery_min_apply_delay = '900ms'")
	p.standby.Exec(t, "postgres", "SELECT pg_reload_conf()")
	writer := p.primary.Conn(t, "shop")
	samples := p.ofPrimary.until(t, func(samples map[string]float64) bool {
		run(t, writer, "INSERT INTO carts VALUES ('another')")
		return samples[replayLag] > 0.7
	})
	require.Greater(t, samples[replayLag], 0.7)
	require.Less(t, samples[replayLag], 20.0)
	require.Less(t, samples[flushLag], samples[replayLag])
	p.standby.Exec(t, "postgres", "ALTER SYSTEM RESET recovery_min_apply_delay")
	p.standby.Exec(t, "postgres", "SELECT pg_reload_conf()")
}

// conflicts reads rows on the standby that the primary vacuums and drops.
func (p pair) conflicts(t *testing.T) {
	const kind = "pg_stat_database_conflicts_confl_"
	reader := p.standby.Conn(t, "shop")
	run(t, reader, "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM items")
	p.primary.Exec(t, "shop", "DELETE FROM items")
	p.primary.Exec(t, "shop", "VACUUM items")
	samples := p.ofStandby.until(t, reaches(kind+`snapshot_total{datname="shop"}`, 1))
	require.EqualValues(t, 1, samples[kind+`snapshot_total{datname="shop"}`])

	reader = p.standby.Conn(t, "shop")
	run(t, reader, "BEGIN", "SELECT count(*) FROM items")
	p.primary.Exec(t, "shop", "DROP TABLE items")
	samples = p.ofStandby.until(t, func(samples map[string]float64) bool {
		return samples[kind+`lock_total{datname="shop"}`] >= 1 && samples[shop("conflicts_total")] >= 2
	})
	require.EqualValues(t, 1, samples[kind+`lock_total{datname="shop"}`])
	require.EqualValues(t, 2, samples[shop("conflicts_total")])
	for _, other := range []string{"tablespace", "bufferpin", "deadlock"} {
		require.Contains(t, samples, kind+other+`_total{datname="shop"}`)
		require.Zero(t, samples[kind+other+`_total{datname="shop"}`])
	}
	_, known := samples[kind+`active_logicalslot_total{datname="shop"}`]
	require.Equal(t, p.standby.Major() >= 16, known)
	require.NotContains(t, p.ofPrimary.scrape(t), kind+`lock_total{datname="shop"}`)
}

// slots covers an active slot, an abandoned one, a logical one and a temporary one.
func (p pair) slots(t *testing.T) {
	slot := func(name, of string) string {
		return "pg_replication_slot_" + name + `{datname="postgres",slot_name="` + of + `",slot_type="physical"}`
	}
	super := p.primary.Conn(t, "shop")
	run(t, super, "SELECT pg_create_physical_replication_slot('abandoned', true)", "SELECT pg_create_physical_replication_slot('unused')",
		"SELECT pg_create_physical_replication_slot('session', true, true)", "SELECT pg_create_logical_replication_slot('logical', 'pgoutput')")
	samples := p.ofPrimary.scrape(t)
	require.EqualValues(t, 1, samples[slot("slot_is_active", "standby")])
	require.Contains(t, samples, slot("slot_is_active", "abandoned"))
	require.Zero(t, samples[slot("slot_is_active", "abandoned")])
	require.NotContains(t, samples, slot("slot_is_active", "session"))
	former := `pg_replication_slots_active{datname="postgres",slot_name="%s",slot_type="physical"}`
	require.EqualValues(t, 1, samples[fmt.Sprintf(former, "standby")])
	require.Contains(t, samples, fmt.Sprintf(former, "abandoned"))
	require.Contains(t, samples, `pg_replication_slot_slot_is_active{datname="shop",slot_name="logical",slot_type="logical"}`)
	require.NotContains(t, samples, slot("retained_wal_bytes", "unused"), "it retains nothing yet")
	require.EqualValues(t, 1, samples[status("reserved")])

	run(t, super, "SELECT pg_drop_replication_slot('session')")
	before := samples[slot("retained_wal_bytes", "abandoned")]
	run(t, super, "INSERT INTO carts SELECT repeat('x', 1000) FROM generate_series(1, 2000)")
	safe := func() float64 {
		return number(t, super, "SELECT safe_wal_size FROM pg_replication_slots WHERE slot_name = 'abandoned'")
	}
	most := safe() // the server may still be writing the log of the INSERT
	samples = p.ofPrimary.scrape(t)
	least := safe()
	require.Greater(t, samples[slot("retained_wal_bytes", "abandoned")]-before, 1.5e6)
	require.Less(t, samples[slot("retained_wal_bytes", "abandoned")]-before, 4e6)
	require.GreaterOrEqual(t, samples[slot("safe_wal_size_bytes", "abandoned")], least)
	require.LessOrEqual(t, samples[slot("safe_wal_size_bytes", "abandoned")], most)

	for range 8 { // segments of 16 MB
		run(t, super, "SELECT txid_current()", "SELECT pg_switch_wal()")
	}
	run(t, super, "CHECKPOINT")
	samples = p.ofPrimary.until(t, reaches(status("lost"), 1))
	require.EqualValues(t, 1, samples[status("lost")])
	require.NotContains(t, samples, status("reserved"))
	require.EqualValues(t, 1, samples[`pg_replication_slot_wal_status{datname="shop",slot_name="logical",slot_type="logical",wal_status="lost"}`])
}

// status returns a series of the abandoned slot.
func status(status string) string {
	return `pg_replication_slot_wal_status{datname="postgres",slot_name="abandoned",slot_type="physical",wal_status="` + status + `"}`
}

// many simulates more replicas than are exported, with a view that hides the one in pg_catalog. The
// replica with the largest lag has two connections with the same name.
func (p pair) many(t *testing.T) {
	p.primary.Exec(t, "postgres", `CREATE SCHEMA many; GRANT USAGE ON SCHEMA many TO monitor;
		CREATE VIEW many.pg_stat_replication AS SELECT 'replica' || least(i, 29) AS application_name, 'streaming' AS state,
			('0/' || to_hex(16777216 - i))::pg_lsn AS replay_lsn, i * interval '1 second' AS write_lag,
			NULL::interval AS flush_lag, NULL::interval AS replay_lag FROM generate_series(1, 30) i;
		GRANT SELECT ON many.pg_stat_replication TO monitor; ALTER ROLE monitor SET search_path = many, pg_catalog`)
	defer p.primary.Exec(t, "postgres", "ALTER ROLE monitor RESET search_path")
	samples := newExporter(t, p.primary.URL("postgres", "monitor:m"), testConfig()).scrape(t)
	names := 0
	for series := range samples {
		if strings.HasPrefix(series, "pg_stat_replication_replay_lag_bytes") {
			names++
		}
	}
	require.Equal(t, 20, names)
	require.EqualValues(t, 30, samples[`pg_stat_replication_write_lag_seconds{application_name="replica29",datname="postgres"}`])
	require.NotContains(t, samples, `pg_stat_replication_flush_lag_seconds{application_name="replica29",datname="postgres"}`)
	require.NotContains(t, samples, `pg_stat_replication_write_lag_seconds{application_name="replica9",datname="postgres"}`)
}

// disconnected checks that a standby that has replayed all received log still lags.
func (p pair) disconnected(t *testing.T) {
	require.NoError(t, p.primary.Stop(t.Context(), pgserver.Fast))
	samples := p.ofStandby.until(t, func(samples map[string]float64) bool {
		return samples[onServer("pg_replication_receiving")] == 0 && samples[onServer("pg_replication_lag_seconds")] > 0
	})
	require.Contains(t, samples, onServer("pg_replication_receiving"))
	require.Zero(t, samples[onServer("pg_replication_receiving")])
	require.Greater(t, samples[onServer("pg_replication_lag_seconds")], 0.0)
	later := p.ofStandby.scrape(t)
	require.Greater(t, later[onServer("pg_replication_lag_seconds")], samples[onServer("pg_replication_lag_seconds")])
}
