package postgres

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const blockedBackends = `pg_locks_blocked_backends{datname="shop"}`

func locksOf(mode string) string { return `pg_locks{datname="shop",mode="` + mode + `"}` }

func TestLocks(t *testing.T) {
	modes := []string{
		"ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
		"EXCLUSIVE", "ACCESS EXCLUSIVE",
	}
	labels := []string{
		"accesssharelock", "rowsharelock", "rowexclusivelock", "shareupdateexclusivelock", "sharelock",
		"sharerowexclusivelock", "exclusivelock", "accessexclusivelock",
	}
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		monitored(t, s)
		e := newExporter(t, s.URL("shop", "monitor:m"), testConfig())
		holder := connect(t, s, "app:a")
		for i := range modes {
			run(t, holder, fmt.Sprintf("CREATE TABLE t%d (id int)", i))
		}
		samples := e.scrape(t)
		require.Contains(t, samples, blockedBackends)
		require.EqualValues(t, 0, samples[blockedBackends])
		for _, label := range labels {
			require.Contains(t, samples, locksOf(label))
			require.EqualValues(t, 0, samples[locksOf(label)], label)
			require.Contains(t, samples, `pg_locks{datname="postgres",mode="`+label+`"}`)
		}

		run(t, holder, "BEGIN")
		for i, mode := range modes {
			run(t, holder, fmt.Sprintf("LOCK TABLE t%d IN %s MODE", i, mode))
		}
		samples = e.scrape(t)
		for _, label := range labels {
			require.EqualValues(t, 1, samples[locksOf(label)], label)
		}
		require.EqualValues(t, 0, samples[blockedBackends], "held locks are not waited for")

		one, two := connect(t, s, "app:a"), connect(t, s, "app:a")
		begin(t, one, "SELECT FROM t7")
		begin(t, two, "BEGIN; LOCK TABLE t6 IN SHARE MODE")
		samples = e.until(t, reaches(blockedBackends, 2))
		require.EqualValues(t, 2, samples[blockedBackends])
		require.EqualValues(t, 0, samples[`pg_locks_blocked_backends{datname="postgres"}`])
		require.EqualValues(t, 2, samples[locksOf("accesssharelock")], "held and waited for")
		require.EqualValues(t, 2, samples[locksOf("sharelock")])

		t.Run("prepared transaction without a backend", func(t *testing.T) {
			run(t, holder, "PREPARE TRANSACTION 'abandoned'")
			require.NoError(t, holder.Close(t.Context()))
			samples := e.scrape(t)
			require.EqualValues(t, 1, samples[locksOf("accessexclusivelock")])
			require.EqualValues(t, 2, samples[blockedBackends])
		})
	}, pgtest.Setting("max_prepared_transactions", "1"))
}

func TestRowLockIsBlocked(t *testing.T) {
	s := pgtest.Newest(t)
	monitored(t, s)
	e := newExporter(t, s.URL("shop", "monitor:m"), testConfig())
	one, two := connect(t, s, "app:a"), connect(t, s, "app:a")
	run(t, one, "CREATE TABLE carts (id int); INSERT INTO carts VALUES (1)", "BEGIN", "UPDATE carts SET id = 2")
	begin(t, two, "UPDATE carts SET id = 3")
	require.EqualValues(t, 1, e.until(t, reaches(blockedBackends, 1))[blockedBackends])
	run(t, one, "COMMIT")
	unblocked := func(samples map[string]float64) bool { return samples[blockedBackends] == 0 }
	require.Zero(t, e.until(t, unblocked)[blockedBackends])
}
