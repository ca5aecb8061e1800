package postgres

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// hold runs sql in a transaction that stays open until the test ends.
func hold(t *testing.T, s *pgtest.Server, db, sql string) {
	t.Helper()
	conn := s.Conn(t, db)
	_, err := conn.PgConn().Exec(t.Context(), "BEGIN; "+sql).ReadAll()
	require.NoError(t, err)
}

// queue runs sql in its own session and returns when the session waits for a lock.
func queue(t *testing.T, s *pgtest.Server, db, sql string) {
	t.Helper()
	conn, watcher := s.Conn(t, db), s.Conn(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = conn.PgConn().Exec(ctx, sql).ReadAll() // ends with the test
	}()
	t.Cleanup(func() { cancel(); <-done })
	require.Eventually(t, func() bool {
		var waits bool
		row := watcher.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = $1)", conn.PgConn().PID())
		return row.Scan(&waits) == nil && waits
	}, 10*time.Second, 20*time.Millisecond)
}

func TestLockedRelationsDoNotDelayScrape(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		for _, table := range []string{"free", "held", "wanted", "rebuilt", "toasted"} {
			s.Exec(t, db, fmt.Sprintf("CREATE TABLE %[1]s (id int, name text); CREATE INDEX %[1]s_id ON %[1]s (id)", table))
		}
		hold(t, s, db, "LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
		hold(t, s, db, "REINDEX INDEX rebuilt_id")
		hold(t, s, db, `DO $$ BEGIN EXECUTE (SELECT format('REINDEX TABLE %s', reltoastrelid::regclass)
			FROM pg_class WHERE relname = 'toasted'); END $$`)
		hold(t, s, db, "SELECT FROM wanted")
		queue(t, s, db, "BEGIN; LOCK TABLE wanted IN ACCESS EXCLUSIVE MODE")

		e := newExporter(t, s.URL(db, "postgres"), testConfig())
		e.scrape(t) // connects
		started := time.Now()
		samples := e.scrape(t)
		require.Less(t, time.Since(started), 2*time.Second)
		requireNoRelationFailures(t, samples)

		for _, table := range []string{"held", "wanted", "rebuilt", "toasted"} {
			require.NotContains(t, samples, ofTable("pg_stat_user_tables_table_size_bytes", db, table))
			require.NotContains(t, samples, ofTable("pg_stat_user_tables_index_size_bytes", db, table))
			require.Contains(t, samples, ofTable("pg_stat_user_tables_n_live_tup", db, table))
		}
		require.Contains(t, samples, ofTable("pg_stat_user_tables_table_size_bytes", db, "free"))
		require.EqualValues(t, 5, samples[ofDatabase("pg_tables", db)])

		require.NotContains(t, samples, ofIndex("pg_index_size_bytes", db, "rebuilt", "rebuilt_id"))
		require.Contains(t, samples, ofIndex("pg_index_valid", db, "rebuilt", "rebuilt_id"))
		require.Contains(t, samples, ofIndex("pg_index_size_bytes", db, "free", "free_id"))
	})
}

func TestRelationsCreatedAndDroppedDuringScrape(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, "CREATE TABLE stays (id int PRIMARY KEY)")
		conn := s.Conn(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		var churn sync.WaitGroup
		churn.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				sql := fmt.Sprintf("CREATE TABLE goes_%[1]d (id int PRIMARY KEY, name text); DROP TABLE IF EXISTS goes_%[2]d", i, i-5)
				_, _ = conn.PgConn().Exec(ctx, sql).ReadAll()
			}
		})
		e := newExporter(t, s.URL(db, "postgres"), testConfig())
		for range 20 {
			samples := e.scrape(t)
			require.Contains(t, samples, ofTable("pg_stat_user_tables_table_size_bytes", db, "stays"))
			require.Contains(t, samples, ofIndex("pg_stat_user_indexes_idx_scan_total", db, "stays", "stays_pkey"))
			requireNoRelationFailures(t, samples)
		}
		cancel()
		churn.Wait()
	})
}
