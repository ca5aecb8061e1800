package kpi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestLongLabelsAreCut(t *testing.T) {
	db := open(t, pgtest.Newest(t), "postgres")
	d := definition(`SELECT repeat('é', 1000000) AS x, 1 AS value UNION ALL SELECT repeat('é', 128), 2`, "x")
	result, err := d.Run(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, series{strings.Repeat("é", 127) + "…": 1, strings.Repeat("é", 128): 2}, byLabels(result))
}

func TestErrorsDoNotContainValuesOfRows(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", `CREATE TABLE mail (address text); INSERT INTO mail VALUES ('ann"@example.com');
		CREATE FUNCTION raising(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'bad %', $1 USING HINT = $1; END $$`)
	db := open(t, server, "postgres")
	for sql, want := range map[string]string{
		`SELECT address::int AS value FROM mail`:                           `invalid input syntax for type integer: "…" (SQLSTATE 22P02)`,
		`SELECT extract(epoch FROM address::date) AS value FROM mail`:      `invalid input syntax for type date: "…"`,
		`SELECT raising(address) AS value FROM mail`:                       `a function raised an exception (SQLSTATE P0001)`,
		`SELECT 1 AS value, address AS x FROM mail, generate_series(1, 2)`: `two rows have the same labels; hint: GROUP BY`,
		`SELECT sum(address::json::text::int) AS value, '' AS x FROM mail`: `invalid input syntax for type json`,
	} {
		labels := []string{"x"}
		if !strings.Contains(sql, "AS x") {
			labels = nil
		}
		_, err := definition(sql, labels...).Run(t.Context(), db)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "example.com", sql)
	}
}

func TestTypesHaveTheirSQLNames(t *testing.T) {
	for name, want := range map[string]string{
		"int8": "bigint", "_int4": "integer[]", "float8": "double precision", "timestamp": "timestamp without time zone",
		"text": "text", "_text": "text[]", "mood": "mood",
	} {
		require.Equal(t, want, sqlType(name))
	}
}
