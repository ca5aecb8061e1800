package kpi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// definition is an entry at own.yaml:7 with what the tests below do not care about filled in.
func definition(sql string, labels ...string) Definition {
	return Definition{
		Name: "carts", Help: "Carts.", Unit: "carts", Labels: labels, SQL: sql, File: "own.yaml", Line: 7,
		Interval: time.Minute, MaxAge: time.Minute, Timeout: time.Second, MaxRows: 3,
	}
}

func TestAnAnswerMakesSeries(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TYPE mood AS ENUM ('SAD', 'GLAD')")
	db := open(t, server, "postgres")

	good := map[string]struct {
		definition Definition
		want       answers
		dropped    int
	}{
		"takes its columns in any order": {
			definition(`SELECT 2 AS value, 'b' AS second, 'a' AS first`, "first", "second"), answers{"a b": 2}, 0,
		},
		"makes labels of enums, whole numbers and booleans": {
			definition(`SELECT 'GLAD'::mood AS m, 7::int8 AS n, 30::int2 AS d, true AS b, 1 AS value`, "m", "n", "d", "b"),
			answers{"GLAD 7 30 true": 1},
			0,
		},
		"has no row where the value is NULL": {
			definition(`SELECT * FROM (VALUES ('a', 1), ('b', NULL)) v (x, value)`, "x"), answers{"a": 1}, 0,
		},
		"may have no row at all": {definition(`SELECT 1 AS value WHERE false`), answers{}, 0},
		"is cut at its cap, and says what is gone": {
			definition(`SELECT n AS x, n AS value FROM generate_series(1, 8) n ORDER BY n DESC`, "x"),
			answers{"8": 8, "7": 7, "6": 6},
			5,
		},
		"tells the day in the KPI time zone": {
			// 15:30 UTC is half past midnight of the next day in Seoul.
			definition(`SELECT extract(day FROM timestamp '2026-03-09 15:30' AT TIME ZONE 'UTC') AS value`), answers{"": 10}, 0,
		},
	}
	for says, c := range good {
		t.Run(says, func(t *testing.T) {
			answer, err := c.definition.Ask(t.Context(), db, testConfig().Limits(c.definition))
			require.NoError(t, err)
			require.Equal(t, c.want, byLabels(answer))
			require.Equal(t, c.dropped, answer.Dropped)
		})
	}
	for _, number := range []string{"5::int2", "5::int4", "5::int8", "5::float4", "5::float8", "5.0::numeric"} {
		t.Run("may be "+number, func(t *testing.T) {
			d := definition("SELECT " + number + " AS value")
			answer, err := d.Ask(t.Context(), db, testConfig().Limits(d))
			require.NoError(t, err)
			require.Equal(t, answers{"": 5}, byLabels(answer))
		})
	}
}

func TestAnAnswerIsRefused(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TABLE cart (id int)")
	db := open(t, server, "postgres")

	bad := map[string]struct {
		definition Definition
		reason     failure.Reason
		want       string
	}{
		"with a column too many": {
			definition(`SELECT 1 AS value, 2 AS other`), failure.Invalid,
			`carts: own.yaml:7: the column "other" is neither a label nor "value"; hint: `,
		},
		"without its value":   {definition(`SELECT 1 AS x`, "x"), failure.Invalid, `the column "value" is missing`},
		"without its label":   {definition(`SELECT 1 AS value`, "x"), failure.Invalid, `the column "x" is missing; hint: add it`},
		"with a column twice": {definition(`SELECT 1 AS value, 2 AS value`), failure.Invalid, `the column "value" comes twice`},
		"with a NULL label": {
			definition(`SELECT NULL::text AS x, 1 AS value`, "x"), failure.Invalid,
			`own.yaml:7: the label "x" is NULL; hint: coalesce(x, 'unknown')`,
		},
		"with a label that is a moment": {definition(`SELECT now() AS x, 1 AS value`, "x"), failure.Invalid, `hint: cast it with ::text`},
		"with a value that is text":     {definition(`SELECT 'many' AS value`), failure.Invalid, `the column "value" is no number but string`},
		"with the same labels twice": {
			definition(`SELECT * FROM (VALUES ('a', 1), ('a', 2)) v (x, value)`, "x"), failure.Duplicate,
			`two rows have the labels ["a"]; hint: GROUP BY`,
		},
		"of a table that is not": {definition(`SELECT count(*) AS value FROM no_such`), failure.Unsupported, `own.yaml:7: `},
		"with a mistake in it":   {definition(`SELECT count(* AS value FROM cart`), failure.Invalid, `syntax error`},
		"that divides by zero":   {definition(`SELECT 1/0 AS value`), failure.Invalid, `division by zero`},
		"that writes behind a function's name": {
			definition(`WITH gone AS (DELETE FROM cart RETURNING id) SELECT count(*) AS value FROM gone`), failure.Invalid,
			`read-only transaction`,
		},
		"that takes too long": {definition(`SELECT count(*) AS value FROM pg_sleep(30)`), failure.Timeout, `statement timeout`},
	}
	for says, c := range bad {
		t.Run(says, func(t *testing.T) {
			answer, err := c.definition.Ask(t.Context(), db, testConfig().Limits(c.definition))
			require.ErrorContains(t, err, c.want)
			require.Empty(t, answer)
			failures := failure.All(err)
			require.Len(t, failures, 1)
			require.Equal(t, "carts", failures[0].Part)
			require.Equal(t, c.reason, failures[0].Reason)
		})
	}
}

func TestAnAnswerThatTheServerWithholds(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TABLE cart (id int); CREATE ROLE stranger LOGIN PASSWORD 'secret'")
	d := definition(`SELECT count(*) AS value FROM cart`)
	d.Timeout = 30 * time.Second

	_, err := d.Ask(t.Context(), openAs(t, server, "postgres", "stranger:secret"), testConfig().Limits(d))
	require.Equal(t, failure.PermissionDenied, failure.All(err)[0].Reason)

	conn := server.Conn(t, "postgres")
	_, err = conn.Exec(t.Context(), "BEGIN; LOCK TABLE cart")
	require.NoError(t, err)
	started := time.Now()
	_, err = d.Ask(t.Context(), open(t, server, "postgres"), testConfig().Limits(d))
	require.Equal(t, failure.Locked, failure.All(err)[0].Reason)
	require.Less(t, time.Since(started), 10*time.Second, "it does not wait long for a lock")
}
