package main

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// TestFaultsBeginAndEnd measures each fault by a number that it changes, and that is what it was when the fault has ended.
func TestFaultsBeginAndEnd(t *testing.T) {
	for name, test := range map[string]struct {
		measure          string
		normal, low, top int
	}{
		"payments-failing": {`SELECT count(*) FROM "Payment" WHERE "status" = 'FAILED' AND "failure_code" = 'demo_fault'`, 0, 400, 2000},
		"mail-stuck":       {`SELECT count(*) FROM pg_trigger WHERE tgname = 'demo_fault_mail_stuck'`, 0, 1, 1},
		"rows-deleted":     {`SELECT 100 * (SELECT count(*) FROM "Payment") / (SELECT count(*) FROM "Order")`, 100, 45, 55},
	} {
		t.Run(name, func(t *testing.T) {
			db, server := startBreakable(t)
			b := &breaker{on: stage{db: db}, broken: map[string]bool{}}
			f, err := findFault(name)
			require.NoError(t, err)
			measured := func() (n int) {
				require.NoError(t, server.Conn(t, databaseName).QueryRow(t.Context(), test.measure).Scan(&n))
				return n
			}
			for range 2 { // in the life of a demo
				require.Equal(t, test.normal, measured())
				said, err := b.begin(t.Context(), f)
				require.NoError(t, err)
				require.Contains(t, said, f.told)
				require.GreaterOrEqual(t, measured(), test.low)
				require.LessOrEqual(t, measured(), test.top)
				_, err = b.begin(t.Context(), f)
				require.ErrorContains(t, err, "FAULT=none")

				said, err = b.mend(t.Context())
				require.NoError(t, err)
				require.Equal(t, "mended: "+name, said)
			}
			require.Equal(t, test.normal, measured())
		})
	}
}

func TestAStoppedDatabaseIsMendedFirst(t *testing.T) {
	db, _ := startBreakable(t)
	b := &breaker{on: stage{db: db}, broken: map[string]bool{}}
	for _, name := range []string{"mail-stuck", databaseStopped} {
		f, err := findFault(name)
		require.NoError(t, err)
		_, err = b.begin(t.Context(), f)
		require.NoError(t, err)
	}
	require.True(t, db.cluster.alive(), "stopped, but not dead")
	rows, err := findFault("rows-deleted")
	require.NoError(t, err)
	_, err = b.begin(t.Context(), rows)
	require.ErrorContains(t, err, "not during database-stopped")

	said, err := b.mend(t.Context())
	require.NoError(t, err)
	require.Equal(t, "mended: database-stopped, mail-stuck", said)
	said, err = b.mend(t.Context())
	require.NoError(t, err)
	require.Equal(t, "nothing is broken", said)
}

func TestWhatCannotBeMendedIsStillBroken(t *testing.T) {
	db, server := startBreakable(t)
	b := &breaker{on: stage{db: db}, broken: map[string]bool{}}
	f, err := findFault("mail-stuck")
	require.NoError(t, err)
	_, err = b.begin(t.Context(), f)
	require.NoError(t, err)
	hindered, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = b.mend(hindered)
	require.ErrorContains(t, err, "ending mail-stuck")
	_, err = b.mend(t.Context())
	require.NoError(t, err)
	server.Exec(t, databaseName, `UPDATE "EmailQueue" SET "attempts" = 1`)
}

// startBreakable is a seeded marketplace without people in it.
func startBreakable(t *testing.T) (database, *pgtest.Server) {
	t.Helper()
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE DATABASE "+databaseName)
	db := database{cluster: &cluster{server: server.Server}, superuserURL: server.URL(databaseName, pgserver.Superuser)}
	require.NoError(t, seed(t.Context(), io.Discard, db.superuserURL, sizeFlags{users: 200, seed: 1}))
	return db, server
}
