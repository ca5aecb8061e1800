package app_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/app"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// execute runs the command in args and returns what it prints, and its error.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	config, command, err := app.Parse(args, &out, io.Discard)
	if err != nil || command == app.CommandNone {
		return out.String(), err
	}
	if command == app.CommandMetrics {
		err := app.PrintMetrics(t.Context(), config, &out)
		return out.String(), err
	}
	e, err := app.New(config, config.Logger(io.Discard))
	if err != nil {
		return "", err
	}
	defer e.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if command == app.CommandCheck {
		err := e.Check(ctx, &out)
		return out.String(), err
	}
	return out.String(), e.Run(ctx)
}

func TestCheckSucceeds(t *testing.T) {
	s := pgtest.Newest(t)
	name := openMarketplace(t, s)
	printed, err := execute(t, "check", "--database.url="+s.URL(name, "marketplace_exporter:canary-secret"))
	require.NoError(t, err, printed)
	for _, part := range []string{
		"PostgreSQL 18", "direct", "pg_stat_statements  version 1.12 in schema public", "track = top, max = 5000",
		"active_users", "rows", "cost", "Everything that is configured works.",
	} {
		require.Contains(t, printed, part)
	}
	require.NotContains(t, printed, "canary")
}

func TestCheckWithoutADatabase(t *testing.T) {
	const off = "DATABASE\n  ok  connection  off: no health of Postgres and no KPIs\n                    -> set DATABASE_URL"
	printed, err := execute(t, "check")
	require.ErrorContains(t, err, "no database is configured; hint: set DATABASE_URL", "nothing is configured")
	require.Contains(t, printed, off)
	require.Contains(t, printed, "VERCEL\n")

	secrets := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(secrets, []byte(drainSecret), 0o600))
	printed, err = execute(t, "check", "--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file="+secrets)
	require.NoError(t, err, printed)
	require.Equal(t, 1, strings.Count(printed, off), printed)
	require.Contains(t, printed, "Everything that is configured works.")
}

func TestCheckPrintsMissingPrivilegesAndExtensions(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), s.Conn(t, name), marketplace.SeedOptions{Users: 300, Seed: 1}))
	s.Exec(t, name, "CREATE ROLE restricted LOGIN PASSWORD 'canary-secret'")
	printed, err := execute(t, "check", "--database.url="+s.URL(name, "restricted:canary-secret"))
	require.ErrorIs(t, err, app.ErrCheckFailed)
	for _, part := range []string{
		"GRANT pg_monitor TO restricted;", "CREATE EXTENSION pg_stat_statements;", `GRANT SELECT ("id", "status") ON "public"."User" TO "restricted";`,
	} {
		require.Contains(t, printed, part)
	}
	printed, err = execute(t, "check", "--database.url="+s.URL(name, "restricted:canary-wrong"))
	require.ErrorIs(t, err, app.ErrCheckFailed)
	require.Contains(t, printed, "authentication")
	require.NotContains(t, printed, "canary")
	require.Equal(t, 2, strings.Count(printed, "FAIL"), "one for each source: %s", printed)

	s.Exec(t, name, "ALTER ROLE restricted CONNECTION LIMIT 0")
	printed, err = execute(t, "check", "--database.url="+s.URL(name, "restricted:canary-secret"))
	require.ErrorIs(t, err, app.ErrCheckFailed)
	require.Contains(t, printed, `ALTER ROLE "restricted" CONNECTION LIMIT`)
	require.Equal(t, 2, strings.Count(printed, "FAIL"), printed)
}

func TestCheckOfAHostThatDoesNotRespond(t *testing.T) {
	started := time.Now()
	printed, err := execute(t, "check", "--database.url=postgres://u@"+silent(t)+"/d", "--database.connect-timeout=1s")
	require.ErrorIs(t, err, app.ErrCheckFailed)
	require.Equal(t, 2, strings.Count(printed, "FAIL"), "one for each source: %s", printed)
	require.Less(t, time.Since(started), 5*time.Second)
}

func TestCheckDetectsAPooler(t *testing.T) {
	s := pgtest.Newest(t)
	printed, _ := execute(t, "check", "--database.url="+pgtest.Bouncer(t, s).URL("postgres", "postgres"))
	require.Contains(t, printed, "through a pooler")
}
