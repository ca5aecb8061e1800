package app_test

import (
	"bytes"
	"context"
	"io"
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

func TestCheckPrintsMissingPrivilegesAndExtensions(t *testing.T) {
	s := pgtest.Newest(t)
	name := s.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), s.Conn(t, name), marketplace.SeedOptions{Users: 300, Seed: 1}))
	s.Exec(t, name, "CREATE ROLE restricted LOGIN PASSWORD 'canary-secret'")
	printed, err := execute(t, "check", "--database.url="+s.URL(name, "restricted:canary-secret"))
	require.ErrorIs(t, err, app.ErrCheckFailed)
	for _, part := range []string{
		"GRANT pg_monitor TO restricted;", "CREATE EXTENSION pg_stat_statements;", `GRANT SELECT (column, …) ON "User" TO restricted;`,
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
