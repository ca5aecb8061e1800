package postgres

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const (
	longestTransaction = `pg_stat_activity_max_tx_duration{datname="shop"}`
	oldestTransaction  = `pg_stat_activity_oldest_transaction_seconds{datname="shop"}`
	oldestIdle         = `pg_stat_activity_oldest_idle_in_transaction_seconds{datname="shop"}`
	slowStatements     = `pg_stat_activity_slow_statements{datname="shop"}`
)

func connectionsOf(database, state, class, wait string) string {
	return `pg_stat_activity_connections{datname="` + database + `",state="` + state + `",user_class="` + class +
		`",wait_event_type="` + wait + `"}`
}

func TestActivity(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		config := testConfig()
		config.SlowThreshold = 200 * time.Millisecond
		e := newExporter(t, s.URL("postgres", "monitor:m"), config)

		t.Run("idle server", func(t *testing.T) {
			samples := e.scrape(t)
			require.NotContains(t, samples, oldestTransaction)
			require.NotContains(t, samples, oldestIdle)
			require.Contains(t, samples, longestTransaction)
			require.Zero(t, samples[longestTransaction])
			require.EqualValues(t, 0, samples[slowStatements])
			require.Contains(t, samples, slowStatements)
			for _, state := range []string{
				"active", "idle", "idle in transaction", "idle in transaction (aborted)", "fastpath function call", "disabled",
			} {
				require.Contains(t, samples, connectionsOf("shop", state, "application", "none"))
			}
			require.EqualValues(t, 1, samples[connectionsOf("postgres", "active", "exporter", "none")])
			require.NotContains(t, samples, `pg_stat_activity_oldest_transaction_seconds{datname="postgres"}`, "the exporter's own transaction is excluded")
		})
		t.Run("transactions", func(t *testing.T) { testTransactions(t, s, e) })
		t.Run("statements", func(t *testing.T) { testStatements(t, s, e) })
		t.Run("classes", func(t *testing.T) { testClasses(t, s, e) })
		t.Run("unknown values", func(t *testing.T) { testUnknown(t, s) })
	})
}

func testTransactions(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	idle, aborted := connect(t, s, "app:a"), connect(t, s, "app:a")
	beforeBegin := time.Now()
	run(t, idle, "BEGIN")
	afterBegin := time.Now()
	time.Sleep(300 * time.Millisecond)
	beforeIdle := time.Now()
	run(t, idle, "SELECT 1")
	afterIdle := time.Now()
	run(t, aborted, "BEGIN")
	_, err := aborted.PgConn().Exec(t.Context(), "SELECT 1 / 0").ReadAll()
	require.Error(t, err)
	e.until(t, func(samples map[string]float64) bool { // a session reports its wait after its state
		return samples[connectionsOf("shop", "idle in transaction", "application", "Client")] == 1 &&
			samples[connectionsOf("shop", "idle in transaction (aborted)", "application", "Client")] == 1
	})

	started := time.Now()
	samples := e.scrape(t)
	ended := time.Now()
	require.GreaterOrEqual(t, samples[oldestTransaction], started.Sub(afterBegin).Seconds())
	require.LessOrEqual(t, samples[oldestTransaction], ended.Sub(beforeBegin).Seconds())
	require.InDelta(t, samples[oldestTransaction], samples[longestTransaction], 0.1)
	require.GreaterOrEqual(t, samples[oldestIdle], started.Sub(afterIdle).Seconds())
	require.LessOrEqual(t, samples[oldestIdle], ended.Sub(beforeIdle).Seconds())
	require.EqualValues(t, 1, samples[connectionsOf("shop", "idle in transaction", "application", "Client")])
	require.EqualValues(t, 1, samples[connectionsOf("shop", "idle in transaction (aborted)", "application", "Client")])

	run(t, idle, "ROLLBACK")
	run(t, aborted, "ROLLBACK")
	samples = e.until(t, reaches(connectionsOf("shop", "idle", "application", "Client"), 2))
	require.NotContains(t, samples, oldestIdle)
	require.EqualValues(t, 2, samples[connectionsOf("shop", "idle", "application", "Client")])
}

// testStatements runs one statement with a parallel worker.
func testStatements(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	force := "force_parallel_mode"
	if s.Major() >= 16 {
		force = "debug_parallel_query"
	}
	parallel := connect(t, s, "app:a")
	run(t, parallel, "SET "+force+" = on")
	begin(t, parallel, "SELECT pg_sleep(600)")
	super := s.Conn(t, "postgres")
	require.Eventually(t, func() bool {
		return number(t, super, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'") == 1
	}, 10*time.Second, 20*time.Millisecond)

	samples := e.until(t, reaches(slowStatements, 1))
	require.EqualValues(t, 1, samples[slowStatements])
	require.EqualValues(t, 0, samples[`pg_stat_activity_slow_statements{datname="postgres"}`])
	require.EqualValues(t, 1, samples[connectionsOf("shop", "active", "application", "IPC")])
	require.NotContains(t, samples, connectionsOf("shop", "active", "application", "Timeout"), "workers are excluded")
	require.Greater(t, samples[oldestTransaction], 0.2)
	require.NotContains(t, samples, oldestIdle)
	run(t, super, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")
}

func testClasses(t *testing.T, s *pgtest.Server, e *exporter) {
	t.Helper()
	s.Exec(t, "postgres", "CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'r'")
	connect(t, s, "replicator:r")
	run(t, s.Conn(t, "shop"), "SET track_activities = off")
	walsender, err := pgconn.Connect(t.Context(), s.URL("shop", "replicator:r")+"&replication=database")
	require.NoError(t, err)
	defer walsender.Close(t.Context())

	samples := e.until(t, reaches(connectionsOf("shop", "idle", "replication", "Client"), 1))
	require.EqualValues(t, 1, samples[connectionsOf("shop", "idle", "replication", "Client")], "the walsender is excluded")
	disabled := 0.0
	for series, number := range samples {
		if strings.Contains(series, `datname="shop",state="disabled",user_class="superuser"`) {
			disabled += number
		}
	}
	require.EqualValues(t, 1, disabled)
}

// testUnknown simulates a later version with a view that hides pg_catalog.pg_stat_activity.
func testUnknown(t *testing.T, s *pgtest.Server) {
	t.Helper()
	s.Exec(t, "postgres", `CREATE SCHEMA future; GRANT USAGE ON SCHEMA future TO monitor;
		CREATE VIEW future.pg_stat_activity AS SELECT 0::oid AS datid, NULL::name AS datname, 1 AS pid, 0::oid AS usesysid,
			'client backend' AS backend_type, 'dreaming' AS state, 'Moon' AS wait_event_type,
			now() AS xact_start, now() AS state_change, now() AS query_start;
		GRANT SELECT ON future.pg_stat_activity TO monitor;
		ALTER ROLE monitor SET search_path = future, pg_catalog`)
	samples := newExporter(t, s.URL("postgres", "monitor:m"), testConfig()).scrape(t)
	require.EqualValues(t, 1, samples[connectionsOf("postgres", "other", "application", "other")],
		slices.Collect(maps.Keys(samples)))
}

func TestActivityBehindPooler(t *testing.T) {
	s := pgtest.Newest(t)
	bouncer := pgtest.Bouncer(t, s)
	samples := newExporter(t, bouncer.URL("postgres", "app"), testConfig()).scrape(t)
	require.Contains(t, samples, `pg_stat_activity_slow_statements{datname="postgres"}`)
	require.EqualValues(t, 1, samples[connectionsOf("postgres", "active", "exporter", "none")])
}
