package database_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

var limits = database.Limits{
	Statement: 2 * time.Second, Lock: 200 * time.Millisecond, Settings: map[string]string{"timezone": "Asia/Seoul", "work_mem": "7MB"},
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, config database.Config) *database.DB {
	t.Helper()
	config.Timeout = 5 * time.Second
	db, err := database.Open(config.Primary(), "test")
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

// queryText runs one query in its own transaction and returns the first value of its first row.
func queryText(t *testing.T, db *database.DB, sql string) (string, error) {
	t.Helper()
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(t.Context(), database.Query{SQL: sql})
	if err = errors.Join(err, results[0].Err); err != nil {
		return "", err
	}
	return string(results[0].Rows[0][0]), nil
}

func TestTransactionLeavesSessionUnchanged(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	for sql, want := range map[string]string{
		"SHOW transaction_read_only": "on",
		"SHOW lock_timeout":          "200ms",
		"SHOW statement_timeout":     "2s",
		"SHOW timezone":              "Asia/Seoul",
		"SHOW work_mem":              "7MB",
	} {
		got, err := queryText(t, db, sql)
		require.NoError(t, err)
		require.Equal(t, want, got, sql)
	}
	var idle string
	// A connection without a query is the one that waited for the server to start.
	err := s.Conn(t, "postgres").QueryRow(t.Context(), "SELECT string_agg(state || application_name, ',') FROM pg_stat_activity "+
		"WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND query <> ''").Scan(&idle)
	require.NoError(t, err)
	require.Equal(t, "idle", idle, "one idle connection without an application name")
}

func TestFailedQueryDoesNotAffectOthers(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(t.Context(),
		database.Query{SQL: "SELECT 'a'"},
		database.Query{SQL: "SELECT 1/0"},
		database.Query{SQL: "SELECT * FROM nowhere"},
		database.Query{SQL: "SELECT pg_sleep(9)"},
		database.Query{SQL: "CREATE TABLE x ()"},
		database.Query{SQL: "SELECT $1::text", Args: []any{make(chan int)}},
		database.Query{SQL: "SELECT 1/(3 - n) FROM generate_series(1, 5) n"},
		database.Query{SQL: "SELECT $1", Args: []any{"b"}})
	require.NoError(t, err)
	require.Equal(t, "a", string(results[0].Rows[0][0]))
	require.Equal(t, "b", string(results[7].Rows[0][0]))
	for i, want := range map[int]failure.Reason{
		1: failure.Invalid, 2: failure.Unsupported, 3: failure.Timeout, 4: failure.Invalid, 5: failure.Internal,
		6: failure.Invalid,
	} {
		require.Equal(t, want, database.Reason(results[i].Err), "query %d: %v", i, results[i].Err)
		require.Empty(t, results[i].Rows)
	}
}

func TestLockTimeout(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE TABLE held ()")
	holder := s.Conn(t, "postgres")
	_, err := holder.Exec(t.Context(), "BEGIN; LOCK TABLE held")
	require.NoError(t, err)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	started := time.Now()
	_, err = queryText(t, db, "SELECT count(*)::text FROM held")
	require.Equal(t, failure.Locked, database.Reason(err))
	require.Less(t, time.Since(started), time.Second)
}

func TestRoundTripsDoNotDependOnNumberOfQueries(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	queries := slices.Repeat([]database.Query{{SQL: "SELECT 'x'"}}, 50)
	tx := db.Begin(limits)
	defer tx.Close()
	_, err := tx.RoundTrip(t.Context(), queries...)
	require.NoError(t, err)
	_, err = tx.RoundTripAndCommit(t.Context(), queries...)
	require.NoError(t, err)
	require.NoError(t, testutil.CollectAndCompare(db, expected("2", "100"),
		"marketplace_database_round_trips_total", "marketplace_database_queries_total", "marketplace_database_connections"))
}

func TestReconnectsAfterServerRestart(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	_, err := queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)
	require.NoError(t, s.Restart(t.Context()))
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err, "a closed idle connection is replaced")
}

func TestDeadlineEndsQueryAndConnection(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	tx := db.Begin(limits)
	defer tx.Close()
	started := time.Now()
	results, err := tx.RoundTrip(ctx, database.Query{SQL: "SELECT pg_sleep(9)"})
	require.Less(t, time.Since(started), time.Second)
	require.Equal(t, failure.Timeout, database.Reason(errors.Join(err, results[0].Err)))
	tx.Close()
	got, err := queryText(t, db, "SELECT 'next'")
	require.NoError(t, err)
	require.Equal(t, "next", got)

	watcher := s.Conn(t, "postgres")
	require.Eventually(t, func() bool {
		var left int
		err := watcher.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "+
			"AND query LIKE '%sleep(9)%' AND pid <> pg_backend_pid()").Scan(&left)
		return err == nil && left == 0
	}, time.Until(started.Add(1900*time.Millisecond)), 20*time.Millisecond, "the query is canceled on the server, before its statement timeout of 2 s")
}

func TestStatementTimeoutIsShortenedToDeadline(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
	defer cancel()
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(ctx, database.Query{SQL: "SHOW statement_timeout"})
	require.NoError(t, err)
	require.NoError(t, results[0].Err)
	require.Regexp(t, `^\d{2,3}ms$`, string(results[0].Rows[0][0]), "below the two seconds of the limits")
}

func TestConcurrentTransactionsShareOneConnection(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	watcher := s.Conn(t, "postgres")
	var callers sync.WaitGroup
	for range 5 {
		callers.Go(func() {
			_, err := queryText(t, db, "SELECT pg_sleep(0.05)::text")
			assert.NoError(t, err)
		})
	}
	most := 0
	for range 20 {
		var now int
		require.NoError(t, watcher.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity "+
			"WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND query <> ''").Scan(&now))
		most = max(most, now)
		time.Sleep(10 * time.Millisecond)
	}
	callers.Wait()
	require.Equal(t, 1, most)
}

func TestPasswordFileIsReadForEveryConnection(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE watcher LOGIN PASSWORD 'first-canary'")
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("first-canary"), 0o600))
	db := open(t, database.Config{URL: s.URL("postgres", "watcher"), PasswordFile: file})
	_, err := queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)

	s.Exec(t, "postgres", "ALTER ROLE watcher PASSWORD 'second-canary'")
	db.Reset()
	_, err = queryText(t, db, "SELECT 'x'")
	require.Equal(t, failure.Authentication, database.Reason(err))
	require.NotContains(t, err.Error(), "canary")

	require.NoError(t, os.WriteFile(file, []byte("second-canary"), 0o600))
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)
}

func TestPoolerInTransactionMode(t *testing.T) {
	s := pgtest.Newest(t)
	bouncer := pgtest.Bouncer(t, s)
	db := open(t, database.Config{URL: bouncer.URL("postgres", "postgres") + "&pgbouncer=true"})
	for range 3 {
		got, err := queryText(t, db, "SHOW timezone")
		require.NoError(t, err)
		require.Equal(t, "Asia/Seoul", got)
		_, err = queryText(t, db, "SELECT 1/0")
		require.Equal(t, failure.Invalid, database.Reason(err))
	}
	other := s.Conn(t, "postgres")
	_, err := other.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
	require.NoError(t, err)
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err, "the pooler replaces its connection to the server")
	require.NotEqual(t, backend(t, db), db.Process(), "a pooler announces a process ID of its own")
	direct := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	require.Equal(t, backend(t, direct), direct.Process())
}

func backend(t *testing.T, db *database.DB) uint32 {
	t.Helper()
	got, err := queryText(t, db, "SELECT pg_backend_pid()::text")
	require.NoError(t, err)
	pid, err := strconv.ParseUint(got, 10, 32)
	require.NoError(t, err)
	return uint32(pid)
}

// expected returns the cost metrics of a DB in the text format of Prometheus.
func expected(roundTrips, queries string) io.Reader {
	return strings.NewReader(`# HELP marketplace_database_connections Open connections to the database, at most one for each source.
# TYPE marketplace_database_connections gauge
marketplace_database_connections{source="test"} 1
# HELP marketplace_database_queries_total Queries sent to the database, except those that begin and end transactions.
# TYPE marketplace_database_queries_total counter
marketplace_database_queries_total{source="test"} ` + queries + `
# HELP marketplace_database_round_trips_total Round trips to the database.
# TYPE marketplace_database_round_trips_total counter
marketplace_database_round_trips_total{source="test"} ` + roundTrips + "\n")
}
