package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/rules"
)

// TestFaultsBeginAndEnd measures a number that each fault changes, and that is the same as before
// at its end.
func TestFaultsBeginAndEnd(t *testing.T) {
	for name, test := range map[string]struct {
		measure          string
		normal, low, top int
	}{
		"payments-failing":   {`SELECT count(*) FROM "Payment" WHERE "status" = 'FAILED' AND "failure_code" = 'demo_fault'`, 0, 400, 2000},
		"mail-stuck":         {`SELECT count(*) FROM pg_trigger WHERE tgname = 'demo_fault_mail_stuck'`, 0, 1, 1},
		"settlements-failed": {`SELECT count(*) FROM "Settlement" WHERE "status" = 'FAILED'`, 0, 3, 1000},
		"slow-report":        {`SELECT count(*) FROM "FeatureFlag" WHERE "key" = 'slow-report'`, 0, 1, 1},
		"rows-deleted":       {`SELECT 100 * (SELECT count(*) FROM "Payment") / (SELECT count(*) FROM "Order")`, 100, 45, 55},
	} {
		t.Run(name, func(t *testing.T) {
			db, server := startSeeded(t)
			r, out := newRunner(db)
			measured := func() (n int) {
				require.NoError(t, server.Conn(t, databaseName).QueryRow(t.Context(), test.measure).Scan(&n))
				return n
			}
			for range 2 { // a demo may have a fault twice
				require.Equal(t, test.normal, measured())
				for range 2 { // an active fault does not begin again
					r.apply(t.Context(), only(name))
				}
				require.Equal(t, 1, strings.Count(out.String(), name+" has begun; expect "))
				require.GreaterOrEqual(t, measured(), test.low)
				require.LessOrEqual(t, measured(), test.top)

				r.apply(t.Context(), only())
				require.Contains(t, out.String(), name+" has ended")
				require.NotContains(t, out.String(), "failed to change")
				out.Reset()
			}
			require.Equal(t, test.normal, measured())
		})
	}
}

func TestStoppedDatabaseEndsFirst(t *testing.T) {
	db, _ := startSeeded(t)
	r, out := newRunner(db)
	r.apply(t.Context(), only("mail-stuck"))
	r.apply(t.Context(), only("mail-stuck", databaseStopped, "rows-deleted"))
	require.Zero(t, db.server.Pid(), "stopped, but not crashed")
	require.NotContains(t, out.String(), "rows-deleted", "it waits for the database")

	r.apply(t.Context(), only("rows-deleted"))
	require.Regexp(t, `(?s)database-stopped has ended.*mail-stuck has ended.*rows-deleted has begun`, out.String())
	require.NotContains(t, out.String(), "failed to change")
	r.apply(t.Context(), only())
	require.Empty(t, r.activeNames())
}

func TestFaultThatCannotEndIsTriedAgain(t *testing.T) {
	db, server := startSeeded(t)
	r, out := newRunner(db)
	r.apply(t.Context(), only("mail-stuck"))
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		r.apply(canceled, only())
	}
	require.Equal(t, 1, strings.Count(out.String(), "mail-stuck failed to change"))
	r.apply(t.Context(), only())
	require.Contains(t, out.String(), "mail-stuck has ended")
	server.Exec(t, databaseName, `UPDATE "EmailQueue" SET "attempts" = 1`)
}

func TestWebsiteFaults(t *testing.T) {
	sender, err := drains.New(drains.Options{URL: "http://localhost:1", Secret: "secret"})
	require.NoError(t, err)
	var out strings.Builder
	r := newFaultRunner(faultTarget{website: sender}, &sync.Mutex{}, func(format string, args ...any) { fmt.Fprintf(&out, format, args...) })
	r.apply(t.Context(), only("slow-api", "login-broken"))
	require.Equal(t, []string{"slow-api", "login-broken"}, r.activeNames())
	r.apply(t.Context(), only("login-broken"))
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

// only selects faults by name.
func only(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

func newRunner(db database) (*faultRunner, *strings.Builder) {
	var out strings.Builder
	return newFaultRunner(faultTarget{db: db}, &sync.Mutex{}, func(format string, args ...any) { fmt.Fprintf(&out, format, args...) }), &out
}

// startSeeded starts a seeded marketplace without traffic.
func startSeeded(t *testing.T) (database, *pgtest.Server) {
	t.Helper()
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE DATABASE "+databaseName)
	db := database{server: server.Server, SuperuserURL: server.URL(databaseName, pgserver.Superuser)}
	require.NoError(t, seed(t.Context(), io.Discard, db.SuperuserURL, marketplace.SeedOptions{Users: 200, Seed: 1}))
	return db, server
}

func TestDirectory(t *testing.T) {
	dir := directory(filepath.Join(t.TempDir(), "demo"))
	t.Setenv("TMPDIR", t.TempDir()) // claim changes it
	require.NoError(t, os.MkdirAll(filepath.Join(string(dir), "postgres-1"), 0o700))
	require.NoError(t, os.MkdirAll(dir.faults(), 0o700))
	require.NoError(t, dir.want("slow-api", true))
	require.ErrorContains(t, (&demo{out: io.Discard}).claim(string(dir)), "files of another program")
	require.DirExists(t, filepath.Join(string(dir), "postgres-1"))
	require.NoError(t, os.WriteFile(filepath.Join(string(dir), "demo.lock"), nil, 0o600))
	_, err := changeFaults(dir, "slow-api", true)
	require.ErrorContains(t, err, "no demo is running", "a killed demo has left its files")

	d := &demo{out: io.Discard}
	require.NoError(t, d.claim(string(dir)))
	require.ErrorContains(t, (&demo{out: io.Discard}).claim(string(dir)), "another demo is running")
	require.NoDirExists(t, filepath.Join(string(dir), "postgres-1"))
	require.Empty(t, wantedFaults(dir))

	for _, name := range []string{"slow-api", "database-stopped"} {
		result, err := changeFaults(dir, name, true)
		require.NoError(t, err)
		require.Contains(t, result, "(P0)")
	}
	require.Equal(t, []string{"database-stopped", "slow-api"}, wantedFaults(dir))
	_, err = changeFaults(dir, "slow-api", true)
	require.ErrorContains(t, err, "END=1")
	_, err = changeFaults(dir, "rows-deleted", true)
	require.ErrorContains(t, err, "end database-stopped first")
	_, err = changeFaults(dir, "slow-api", false)
	require.NoError(t, err, "a fault ends alone")
	require.Equal(t, []string{"database-stopped"}, wantedFaults(dir))
	_, err = changeFaults(dir, "none", true)
	require.NoError(t, err)
	require.Empty(t, wantedFaults(dir))

	require.NoError(t, d.stop())
	require.NoDirExists(t, string(dir))
	_, err = changeFaults(dir, "none", true)
	require.ErrorContains(t, err, "`make demo`")
}

// Another user could create the directory first, in a directory that all users share.
func TestDirectoryOfAnotherUserIsRejected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo")
	require.NoError(t, os.Symlink(t.TempDir(), path))
	require.ErrorContains(t, (&demo{out: io.Discard}).claim(path), "not a directory of this user")
	if os.Geteuid() == 0 {
		foreign := t.TempDir()
		require.NoError(t, os.Chown(foreign, 65534, 65534))
		require.ErrorContains(t, (&demo{out: io.Discard}).claim(foreign), "not a directory of this user")
	}
}

func wantedFaults(dir directory) (names []string) {
	for _, f := range faults() {
		if dir.wanted(f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// Every announced alert exists, with its severity.
func TestAnnouncedAlertsExist(t *testing.T) {
	bundle, err := rules.Load()
	require.NoError(t, err)
	severities := map[string]string{}
	for _, alert := range bundle.Alerts() {
		severities[alert.Alert] = alert.Labels["severity"]
	}
	for _, f := range faults() {
		announced := regexp.MustCompile(`\b[A-Z]\w+[a-z]\w*`).FindAllString(strings.ReplaceAll(f.alerts, "It ", ""), -1)
		require.NotEmpty(t, announced, f.name)
		for _, name := range announced {
			require.Contains(t, severities, name, f.name)
		}
		for _, found := range regexp.MustCompile(`(\w+) \((P\d)\)`).FindAllStringSubmatch(f.alerts, -1) {
			require.Equal(t, severities[found[1]], found[2], found[1])
		}
	}
}
