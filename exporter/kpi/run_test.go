package kpi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// definition returns an entry at own.yaml:7 whose query begins at line 9.
func definition(sql string, labels ...string) Definition {
	return Definition{
		Name: "carts", Help: "Carts.", Unit: "carts", Labels: labels, SQL: sql,
		Interval: time.Minute, MaxAge: time.Minute, Timeout: time.Second, MaxRows: 3,
		Settings: testConfig().defaults(),
		position: position{File: "own.yaml", Line: 7, own: true, text: textPosition{file: "own.yaml", first: 9, literal: true}},
	}
}

func TestRunReturnsRows(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TYPE mood AS ENUM ('SAD', 'GLAD')")
	db := open(t, server, "postgres")

	good := map[string]struct {
		definition Definition
		want       series
		dropped    int
	}{
		"columns in any order": {
			definition(`SELECT 2 AS value, 'b' AS second, 'a' AS first`, "first", "second"), series{"a b": 2}, 0,
		},
		"labels that are enums, whole numbers and booleans": {
			definition(`SELECT 'GLAD'::mood AS m, 7::int8 AS n, 30::int2 AS d, true AS b, 1 AS value`, "m", "n", "d", "b"),
			series{"GLAD 7 30 true": 1},
			0,
		},
		"NULL value": {
			definition(`SELECT * FROM (VALUES ('a', 1), ('b', NULL)) v (x, value)`, "x"), series{"a": 1}, 0,
		},
		"no rows": {definition(`SELECT 1 AS value WHERE false`), series{}, 0},
		"rows beyond max_rows": {
			definition(`SELECT n AS x, n AS value FROM generate_series(1, 8) n ORDER BY n DESC`, "x"),
			series{"8": 8, "7": 7, "6": 6},
			5,
		},
		"calendar day in the KPI time zone": {
			// 15:30 UTC is 00:30 of the next day in Seoul.
			definition(`SELECT extract(day FROM timestamp '2026-03-09 15:30'::timestamptz AT TIME ZONE current_setting('kpi.timezone')) AS value`),
			series{"": 10}, 0,
		},
	}
	for name, c := range good {
		t.Run(name, func(t *testing.T) {
			result, err := c.definition.Run(t.Context(), db)
			require.NoError(t, err)
			require.Equal(t, c.want, byLabels(result))
			require.Equal(t, c.dropped, result.Dropped)
		})
	}
	for _, number := range []string{"5::int2", "5::int4", "5::int8", "5::float4", "5::float8", "5.0::numeric"} {
		t.Run(number, func(t *testing.T) {
			d := definition("SELECT " + number + " AS value")
			result, err := d.Run(t.Context(), db)
			require.NoError(t, err)
			require.Equal(t, series{"": 5}, byLabels(result))
		})
	}
}

func TestRunReturnsErrors(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TABLE cart (id int)")
	db := open(t, server, "postgres")

	bad := map[string]struct {
		definition Definition
		reason     failure.Reason
		want       string
	}{
		"extra column": {
			definition(`SELECT 1 AS value, 2 AS other`), failure.Invalid,
			`carts: own.yaml:7: the column "other" is neither a label nor "value"; hint: `,
		},
		"missing value":    {definition(`SELECT 1 AS x`, "x"), failure.Invalid, `the column "value" is missing`},
		"missing label":    {definition(`SELECT 1 AS value`, "x"), failure.Invalid, `the column "x" is missing; hint: add it`},
		"duplicate column": {definition(`SELECT 1 AS value, 2 AS value`), failure.Invalid, `the query returns two columns named "value"`},
		"NULL label": {
			definition(`SELECT NULL::text AS x, 1 AS value`, "x"), failure.Invalid,
			`own.yaml:7: the label "x" is NULL; hint: coalesce(x, 'unknown')`,
		},
		"label of type timestamptz": {
			definition(`SELECT now() AS x, 1 AS value`, "x"), failure.Invalid,
			`the label "x" has the type timestamp with time zone; hint: cast it with ::text`,
		},
		"value of type text": {definition(`SELECT 'many' AS value`), failure.Invalid, `the column "value" has the type text, which is not a number; hint: use count`},
		"duplicate labels": {
			definition(`SELECT * FROM (VALUES ('a', 1), ('a', 2)) v (x, value)`, "x"), failure.Duplicate,
			`own.yaml:7: two rows have the same labels; hint: GROUP BY`,
		},
		"unknown table": {
			definition("SELECT count(*) AS value\nFROM no_such"), failure.Unsupported,
			`carts: own.yaml:10: ERROR: relation "no_such" does not exist (SQLSTATE 42P01)`,
		},
		"syntax error": {
			definition("SELECT\n\n count(* AS value FROM cart"), failure.Invalid,
			`carts: own.yaml:11: ERROR: syntax error at or near "AS"`,
		},
		"division by zero": {definition(`SELECT 1/0 AS value`), failure.Invalid, `carts: own.yaml:7: ERROR: division by zero`},
		"unknown column with a similar one": {
			definition(`SELECT count(ids) AS value FROM cart`), failure.Unsupported,
			`carts: own.yaml:9: ERROR: column "ids" does not exist (SQLSTATE 42703); hint: Perhaps you meant to reference the column "cart.id".`,
		},
		"parameter":         {definition(`SELECT $1 AS x, 1 AS value`, "x"), failure.Invalid, `the query has a parameter; hint: write the value`},
		"statement timeout": {definition(`SELECT count(*) AS value FROM pg_sleep(30)`), failure.Timeout, `statement timeout`},
	}
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			result, err := c.definition.Run(t.Context(), db)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, result)
			failures := failure.All(err)
			require.Len(t, failures, 1)
			require.Equal(t, "carts", failures[0].Part)
			require.Equal(t, c.reason, failures[0].Reason)
		})
	}
}

func TestRunReportsDeniedAndLockedTables(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE TABLE cart (id int); CREATE ROLE reader LOGIN PASSWORD 'secret'")
	d := definition(`SELECT count(*) AS value FROM cart`)
	d.Timeout = 30 * time.Second

	_, err := d.Run(t.Context(), openAs(t, server, "postgres", "reader:secret"))
	require.Equal(t, failure.PermissionDenied, failure.All(err)[0].Reason)

	conn := server.Conn(t, "postgres")
	_, err = conn.Exec(t.Context(), "BEGIN; LOCK TABLE cart")
	require.NoError(t, err)
	started := time.Now()
	_, err = d.Run(t.Context(), open(t, server, "postgres"))
	require.Equal(t, failure.Locked, failure.All(err)[0].Reason)
	require.Less(t, time.Since(started), 10*time.Second, "the lock timeout is short")
}
