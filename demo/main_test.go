package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestSeedAndTrafficRunOnAnyDatabase(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	url := "--database.url=" + s.URL(db, pgserver.Superuser)

	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"seed", url, "--users=200"}, &out, &out), out.String())
	require.Contains(t, out.String(), "seeded 200 users and their year in ")
	require.ErrorContains(t, run(t.Context(), []string{"seed", url}, &out, &out), "seed an empty one")

	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	require.NoError(t, run(ctx, []string{"traffic", url, "--rate=100"}, &out, &out), "an interrupt is no failure")
	var fresh int
	row := s.Conn(t, db).QueryRow(t.Context(), `SELECT count(*) FROM "SearchLog"`)
	require.NoError(t, row.Scan(&fresh))
	require.Positive(t, fresh)
}

func TestFaultsAreListed(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"break"}, &out, &out), "the list needs no running demo")
	for _, f := range faults() {
		require.Contains(t, out.String(), f.name)
	}
}

func TestErrorsHaveHints(t *testing.T) {
	for what, test := range map[string]struct {
		args    []string
		message string
	}{
		"no database":     {[]string{"seed"}, "--database.url"},
		"unknown command": {[]string{"down"}, "try --help"},
		"unknown fault":   {[]string{"break", "rain"}, "the faults are:\n  database-stopped "},
		"no demo":         {[]string{"break", "none", "--dir=/nowhere/demo"}, "`make demo`"},
		"no secret":       {[]string{"traffic", "--database.url=x", "--vercel.url=http://localhost:1"}, "--vercel.secret-file"},
		"invalid URL":     {[]string{"traffic", "--database.url=postgres://localhost:port/x"}, "reading the database's URL"},
	} {
		t.Run(what, func(t *testing.T) {
			var out bytes.Buffer
			require.ErrorContains(t, run(t.Context(), test.args, &out, &out), test.message)
		})
	}
}
