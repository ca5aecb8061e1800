package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// TestFaultsBeginAndEnd measures a number that each fault changes, and that is the same as before at its end.
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
			db, server := startSeeded(t)
			r, out := newRunner(db)
			f, err := findFault(name)
			require.NoError(t, err)
			measured := func() (n int) {
				require.NoError(t, server.Conn(t, databaseName).QueryRow(t.Context(), test.measure).Scan(&n))
				return n
			}
			for range 2 { // a demo may have a fault twice
				require.Equal(t, test.normal, measured())
				for range 2 { // an active fault does not begin again
					r.apply(t.Context(), []string{name})
				}
				require.Equal(t, 1, strings.Count(out.String(), name+" has begun; expect "+f.alert))
				require.GreaterOrEqual(t, measured(), test.low)
				require.LessOrEqual(t, measured(), test.top)

				r.apply(t.Context(), nil)
				require.Contains(t, out.String(), name+" has ended")
				require.NotContains(t, out.String(), "failed")
				out.Reset()
			}
			require.Equal(t, test.normal, measured())
		})
	}
}

func TestStoppedDatabaseEndsFirst(t *testing.T) {
	db, _ := startSeeded(t)
	r, out := newRunner(db)
	r.apply(t.Context(), []string{"mail-stuck"})
	r.apply(t.Context(), []string{"mail-stuck", databaseStopped, "rows-deleted"})
	require.True(t, db.cluster.alive(), "stopped, but not crashed")
	require.NotContains(t, out.String(), "rows-deleted", "it waits for the database")

	r.apply(t.Context(), []string{"rows-deleted"})
	require.Regexp(t, `(?s)database-stopped has ended.*mail-stuck has ended.*rows-deleted has begun`, out.String())
	require.NotContains(t, out.String(), "failed")
	r.apply(t.Context(), nil)
	require.Empty(t, r.activeNames())
}

func TestFaultThatCannotEndIsTriedAgain(t *testing.T) {
	db, server := startSeeded(t)
	r, out := newRunner(db)
	r.apply(t.Context(), []string{"mail-stuck"})
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		r.apply(canceled, nil)
	}
	require.Equal(t, 1, strings.Count(out.String(), "mail-stuck failed to change"))
	r.apply(t.Context(), nil)
	require.Contains(t, out.String(), "mail-stuck has ended")
	server.Exec(t, databaseName, `UPDATE "EmailQueue" SET "attempts" = 1`)
}

func TestWebsiteFaults(t *testing.T) {
	sender, err := drains.New(drains.Options{URL: "http://localhost:1", Secret: "secret"})
	require.NoError(t, err)
	var out strings.Builder
	r := newFaultRunner(faultTarget{website: sender}, func(format string, args ...any) { fmt.Fprintf(&out, format, args...) })
	r.apply(t.Context(), []string{"slow-api", "login-broken"})
	require.Equal(t, []string{"slow-api", "login-broken"}, r.activeNames())
	r.apply(t.Context(), []string{"login-broken"})
	require.Equal(t, []string{"login-broken"}, r.activeNames())
}

func (r *faultRunner) activeNames() (names []string) {
	for _, f := range faults() {
		if r.active[f.name] {
			names = append(names, f.name)
		}
	}
	return names
}

func newRunner(db database) (*faultRunner, *strings.Builder) {
	var out strings.Builder
	return newFaultRunner(faultTarget{db: db}, func(format string, args ...any) { fmt.Fprintf(&out, format, args...) }), &out
}

// startSeeded starts a seeded marketplace without traffic.
func startSeeded(t *testing.T) (database, *pgtest.Server) {
	t.Helper()
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE DATABASE "+databaseName)
	db := database{cluster: &cluster{server: server.Server}, superuserURL: server.URL(databaseName, pgserver.Superuser)}
	require.NoError(t, seed(t.Context(), io.Discard, db.superuserURL, sizeFlags{users: 200, seed: 1}))
	return db, server
}

func TestFaultFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "faults")
	d := &demo{out: io.Discard}
	require.NoError(t, os.WriteFile(path, []byte("left-by-a-killed-demo"), 0o600))
	_, err := changeFaults(path, "slow-api")
	require.ErrorContains(t, err, "no demo is running")

	require.NoError(t, d.claimFaultFile(path))
	require.ErrorContains(t, (&demo{out: io.Discard}).claimFaultFile(path), "another demo is running")
	require.Empty(t, readFaults(t, path))

	for _, name := range []string{"slow-api", "database-stopped"} {
		result, err := changeFaults(path, name)
		require.NoError(t, err)
		require.Contains(t, result, "(P0)")
	}
	require.Equal(t, []string{"slow-api", "database-stopped"}, readFaults(t, path))
	_, err = changeFaults(path, "slow-api")
	require.ErrorContains(t, err, "FAULT=none")
	_, err = changeFaults(path, "rows-deleted")
	require.ErrorContains(t, err, "end database-stopped first")
	_, err = changeFaults(path, "none")
	require.NoError(t, err)
	require.Empty(t, readFaults(t, path))

	require.NoError(t, d.stop())
	require.NoFileExists(t, path)
	_, err = changeFaults(path, "none")
	require.ErrorContains(t, err, "`make demo`")
}

func readFaults(t *testing.T, path string) []string {
	t.Helper()
	names, err := readFaultFile(path)
	require.NoError(t, err)
	return names
}
