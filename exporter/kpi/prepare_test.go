package kpi

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// openSource returns a source that does not run, with an empty file own.yaml.
func openSource(t *testing.T, db server, logger *slog.Logger) *Source {
	t.Helper()
	t.Chdir(t.TempDir())
	writeOwn(t, "")
	config := testConfig()
	config.File = "own.yaml"
	s, err := New(config, db, logger)
	require.NoError(t, err)
	return s
}

func writeOwn(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile("own.yaml", []byte(text), 0o600))
}

func TestReloadReportsErrorsOfTheServerAtTheirLine(t *testing.T) {
	cases := map[string]struct{ sql, want string }{
		"syntax error": {
			"|\n    SELECT count(*) AS value\n    FORM cart",
			`own.yaml:8: carts: ERROR: syntax error at or near "FORM" (SQLSTATE 42601)`,
		},
		"unknown table": {
			"|\n    -- größe\n    SELECT '…', count(*) AS value\n    FROM\n      cats",
			`own.yaml:10: carts: ERROR: relation "cats" does not exist (SQLSTATE 42P01)`,
		},
		"unknown column with the hint of the server": {
			"|\n    SELECT count(ide) AS value FROM cart",
			`own.yaml:7: carts: ERROR: column "ide" does not exist (SQLSTATE 42703); hint: Perhaps you meant to reference the column "cart.id".`,
		},
		"unknown function": {
			"SELECT cont(*) AS value FROM cart",
			`own.yaml:6: carts: ERROR: function cont() does not exist`,
		},
		"unknown type":    {"SELECT 1::imt AS value", `own.yaml:6: carts: ERROR: type "imt" does not exist`},
		"invalid literal": {"|\n\n    SELECT\n    'x'::int AS value", `own.yaml:9: carts: ERROR: invalid input syntax for type integer: "x"`},
		"folded block": {
			">\n    SELECT count(*) AS value\n    FROM cats",
			`own.yaml:7: carts: ERROR: relation "cats" does not exist`,
		},
		"several statements": {
			"SELECT 1 AS value; SELECT 2 AS value",
			`own.yaml:2: carts: ERROR: cannot insert multiple commands into a prepared statement (SQLSTATE 42601); hint: a KPI only reads`,
		},
		"no rows":        {"DELETE FROM cart", `own.yaml:2: carts: the statement returns no rows; hint: a KPI only reads`},
		"missing value":  {"SELECT 1 AS n", `own.yaml:2: carts: the column "n" is neither a label nor "value"`},
		"type of value":  {"SELECT 'many' AS value", `own.yaml:2: carts: the column "value" has the type text, which is not a number`},
		"enum as value":  {"SELECT 'SAD'::mood AS value", `own.yaml:2: carts: the column "value" has the type mood, which is not a number`},
		"parameter":      {"SELECT $1::int AS value", `own.yaml:2: carts: the query has a parameter`},
		"denied schema":  {"SELECT count(*) AS value FROM hidden.cart", ""},
		"locked table":   {"SELECT count(*) AS value FROM locked", ""},
		"correct query":  {"SELECT count(*) AS value FROM cart", ""},
		"later failure":  {"SELECT 1/0 AS value FROM cart", ""},
		"denied table":   {"SELECT count(*) AS value FROM secret", ""},
		"comment behind": {"|\n    SELECT 1 AS value -- one", ""},
	}
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", `CREATE TABLE cart (id int); CREATE TABLE locked (); CREATE TABLE secret ();
		CREATE SCHEMA hidden; CREATE TABLE hidden.cart (); CREATE TYPE mood AS ENUM ('SAD', 'GLAD');
		CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON cart, locked TO reader`)
	conn := server.Conn(t, "postgres")
	_, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE locked")
	require.NoError(t, err)
	db := openAs(t, server, "postgres", "reader:secret")
	s := openSource(t, db, quiet())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			writeOwn(t, "kpis:"+entryText("carts", c.sql))
			err := s.Reload()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "loading the KPIs: "+c.want)
		})
	}
}

func TestReloadReportsAllRejectedQueries(t *testing.T) {
	s := openSource(t, open(t, pgtest.Newest(t), "postgres"), quiet())
	writeOwn(t, "kpis:"+entryText("one", "SELECT 1")+entryText("two", "SELECT 1 AS value")+entryText("three", "SELECT x AS value"))
	err := s.Reload()
	require.EqualError(t, err, "loading the KPIs: "+strings.Join([]string{
		`own.yaml:2: one: the column "?column?" is neither a label nor "value"; hint: add it to labels, or remove it from the query`,
		`own.yaml:16: three: ERROR: column "x" does not exist (SQLSTATE 42703)`,
	}, "\n"))
}

// The database has none of the tables of the shipped KPIs.
func TestReloadIsNotBlockedByShippedKPIs(t *testing.T) {
	s := openSource(t, open(t, pgtest.Newest(t), "postgres"), quiet())
	writeOwn(t, "kpis:"+entryText("one", "SELECT 1 AS value"))
	require.NoError(t, s.Reload())
	require.NotEmpty(t, named(s.Definitions(), "one"))
	require.NotEmpty(t, named(s.Definitions(), "gmv"))
}

func TestReloadAcceptsTheFileWhileTheDatabaseIsUnreachable(t *testing.T) {
	var log bytes.Buffer
	s := openSource(t, unreachable(t), slog.New(slog.NewTextHandler(&log, nil)))
	writeOwn(t, "kpis:"+entryText("wrong", "SELEKT 1"))
	require.NoError(t, s.Reload())
	require.NotEmpty(t, named(s.Definitions(), "wrong"))
	require.Contains(t, log.String(), "the queries of the KPI file are checked at their first run")
}

func TestLineOfACharacter(t *testing.T) {
	d := Definition{SQL: "größe\n\nx", position: position{File: "f", Line: 3, text: textPosition{file: "f", first: 5, literal: true}}}
	for character, line := range map[int]int{-1: 3, 0: 3, 1: 5, 6: 5, 7: 6, 8: 7, 100: 7} {
		require.Equal(t, fmt.Sprintf("f:%d", line), d.placeOf(character), character)
	}
	d.text.literal = false
	require.Equal(t, "f:5", d.placeOf(8), "the lines of a folded text are not those of the file")
	require.Equal(t, "f:3", d.placeOf(0))
}
