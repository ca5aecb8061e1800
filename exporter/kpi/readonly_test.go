package kpi

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// readOnlyFixture has a role that may read one table, as the monitoring role does.
const readOnlyFixture = `
	CREATE TABLE t (id int, a text); INSERT INTO t VALUES (1, 'one'), (2, 'two');
	CREATE SEQUENCE s;
	CREATE PROCEDURE committing(INOUT value int) LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM t; END';
	CREATE FUNCTION deleting() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM t; SELECT 1';
	CREATE ROLE reader LOGIN PASSWORD 'secret';
	GRANT SELECT ON t TO reader; GRANT USAGE, UPDATE ON SEQUENCE s TO reader`

// Errors that reject a statement.
const (
	noRows       = "the statement returns no rows; hint: a KPI only reads"
	readOnly     = "in a read-only transaction (SQLSTATE 25006); hint: a KPI only reads"
	oneStatement = "cannot insert multiple commands into a prepared statement (SQLSTATE 42601); hint: a KPI only reads"
	timedOut     = "canceling statement due to statement timeout"
	denied       = "(SQLSTATE 42501)"
	syntax       = "(SQLSTATE 42601)"
)

// forbidden are statements that do more than read, by the error that rejects them. With "" the
// statement may run, but it leaves no trace.
var forbidden = map[string]map[string]string{
	noRows: {
		"UPDATE":              "UPDATE t SET a = 'x'",
		"nothing":             "-- SELECT\n/* SELECT */ ;",
		"INSERT after WITH":   "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
		"SELECT INTO":         "SELECT 1 AS value INTO new FROM t",
		"CREATE TABLE AS":     "CREATE TABLE new AS SELECT 1 AS value",
		"TRUNCATE":            "TRUNCATE t",
		"DROP":                "DROP TABLE t",
		"CREATE ROLE":         "CREATE ROLE other",
		"GRANT":               "GRANT ALL ON t TO reader",
		"LOCK":                "LOCK TABLE t",
		"NOTIFY":              "NOTIFY channel",
		"COMMIT":              "COMMIT",
		"ROLLBACK":            "ROLLBACK",
		"COMMIT AND CHAIN":    "COMMIT AND CHAIN",
		"SET TRANSACTION":     "SET TRANSACTION READ WRITE",
		"SET SESSION":         "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
		"SET ROLE":            "SET ROLE postgres",
		"DISCARD":             "DISCARD ALL",
		"DO":                  "DO $$ BEGIN DELETE FROM t; END $$",
		"PREPARE":             "PREPARE p AS DELETE FROM t",
		"EXECUTE":             "EXECUTE p",
		"PREPARE TRANSACTION": "PREPARE TRANSACTION 'x'",
		"DECLARE":             "DECLARE c CURSOR WITH HOLD FOR SELECT 1 AS value",
		"COPY TO PROGRAM":     "COPY t TO PROGRAM 'cat'",
		"COPY FROM":           "COPY t FROM '/etc/passwd'",
	},
	oneStatement: {
		"second statement":                 "SELECT 1 AS value; SELECT 2 AS value",
		"COMMIT in front":                  "COMMIT; DELETE FROM t",
		"second statement behind comments": "SELECT 1 AS value /* ; */; -- ;\n DROP TABLE t",
	},
	readOnly: {
		"UPDATE RETURNING":          "UPDATE t SET a = 'x' RETURNING 1 AS value",
		"INSERT RETURNING":          "INSERT INTO t VALUES (3, 'x') RETURNING 1 AS value",
		"DELETE in WITH":            "WITH gone AS (DELETE FROM t RETURNING *) SELECT count(*) AS value FROM gone",
		"FOR UPDATE":                "SELECT 1 AS value FROM t FOR UPDATE",
		"FOR NO KEY UPDATE":         "SELECT 1 AS value FROM t FOR\n-- x\nNO KEY UPDATE",
		"FOR SHARE":                 "SELECT 1 AS value FROM t FOR SHARE",
		"FOR KEY SHARE":             "SELECT 1 AS value FROM t FOR KEY SHARE",
		"nextval":                   "SELECT nextval('s') AS value",
		"setval":                    "SELECT setval('s', 9) AS value",
		"function that deletes":     "SELECT deleting() AS value",
		"function in a quoted name": `SELECT U&"d\0065leting" /* ( */ () AS value`,
	},
	timedOut: {
		"pg_sleep":                   "SELECT count(*) AS value FROM (SELECT pg_sleep(60)) x",
		"pg_sleep without a timeout": "SELECT count(*) AS value FROM (SELECT set_config('statement_timeout', '0', false), pg_sleep(60)) x",
		"pg_sleep behind a string":   `SELECT count(*) AS value FROM (SELECT E'\'' || pg_sleep(60) || '') x`,
		"pg_sleep with Unicode name": `SELECT count(*) AS value FROM (SELECT U&"pg\005fsleep"(60)) x`,
	},
	syntax: {
		"unterminated string":       "SELECT 'a AS value",
		"unterminated name":         `SELECT 1 AS "value`,
		"unterminated comment":      "SELECT 1 AS value /* /* */",
		"unterminated dollar quote": "SELECT $a$ $b$ AS value",
	},
	"invalid transaction termination": {"CALL that commits": "CALL committing(1)"},
	"the query has a parameter":       {"parameter": "SELECT $1::int AS value"},
	`the column "QUERY PLAN"`:         {"EXPLAIN ANALYZE": "EXPLAIN ANALYZE DELETE FROM t"},
	`the column "work_mem"`:           {"SHOW": "SHOW work_mem"},
	"read-write mode":                 {"set_config of the transaction": "SELECT length(set_config('transaction_read_only', 'off', false)) AS value"},
	"(SQLSTATE 42883)":                {"dblink without the extension": "SELECT count(*) AS value FROM dblink('', 'DELETE FROM t')"},
	"": {
		"set_config": "SELECT length(set_config('test.trace', 'x', false)) AS value",
		"pg_notify":  "SELECT count(pg_notify('channel', 'x')) AS value",
	},
}

// writesToLargeObjects fail from Postgres 16 on. Earlier versions run them in a read-only
// transaction, and the rollback to the savepoint undoes them.
var writesToLargeObjects = map[string]string{
	"lo_from_bytea": "SELECT count(lo_from_bytea(0, 'x')) AS value",
	"lo_create":     "SELECT count(lo_create(0)) AS value",
}

func TestQueriesCannotWrite(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		server.Exec(t, "postgres", readOnlyFixture)
		admin := server.Conn(t, "postgres")
		_, err := admin.Exec(t.Context(), "LISTEN channel")
		require.NoError(t, err)
		for _, user := range []string{pgserver.Superuser, "reader:secret"} {
			db := openAs(t, server, "postgres", user)
			before := trace(t, admin, db)
			requireHarmless := func(name, sql string, want ...string) {
				t.Helper()
				err := runOnce(t, db, sql)
				if want[0] != "" || err != nil {
					require.Error(t, err, "%s as %s", name, user)
					requireContainsAny(t, err.Error(), want, name)
				}
				require.Equal(t, before, trace(t, admin, db), "%s as %s", name, user)
			}
			for want, statements := range forbidden {
				for name, sql := range statements {
					requireHarmless(name, sql, want)
				}
			}
			for name, sql := range writesToLargeObjects {
				requireHarmless(name, sql, "", readOnly)
			}
			requireHarmless("lo_import", "SELECT count(lo_import('/etc/passwd')) AS value", "", readOnly, denied)
			requireHarmless("SQL in a string", "SELECT count(query_to_xml('DELETE FROM t', true, true, '')) AS value",
				"DELETE is not allowed in a non-volatile function", readOnly, "unsupported XML feature")
			requireHarmless("MERGE", "MERGE INTO t USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE", noRows, syntax)
			requireHarmless("MERGE in WITH", "WITH m AS (MERGE INTO t USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE RETURNING 1) "+
				"SELECT count(*) AS value FROM m", readOnly, syntax, "MERGE not supported in WITH query")
		}
		reader := openAs(t, server, "postgres", "reader:secret")
		require.ErrorContains(t, runOnce(t, reader, "SELECT length(pg_read_file('/etc/passwd')) AS value"), denied)
		require.ErrorContains(t, runOnce(t, reader, "SELECT count(*) AS value FROM pg_ls_dir('/')"), denied)
	})
}

// runOnce runs sql as a KPI.
func runOnce(t *testing.T, db Database, sql string) error {
	t.Helper()
	d := definition(sql)
	d.Timeout = 500 * time.Millisecond
	_, err := d.Run(t.Context(), db)
	return err
}

func requireContainsAny(t *testing.T, text string, parts []string, name string) {
	t.Helper()
	for _, part := range parts {
		if part != "" && strings.Contains(text, part) {
			return
		}
	}
	require.Failf(t, "another error", "%s: %q has none of %q", name, text, parts)
}

// trace returns what a query could have changed: the database as admin sees it, and the settings of
// the session that ran the query.
func trace(t *testing.T, admin *pgx.Conn, db *database.DB) []string {
	t.Helper()
	var state string
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT concat_ws(' ',
		(SELECT array_agg(t ORDER BY id) FROM t), (SELECT (last_value, is_called) FROM s), (SELECT count(*) FROM pg_class),
		(SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_roles),
		(SELECT count(*) FROM pg_prepared_xacts), (SELECT count(*) FROM pg_replication_slots),
		(SELECT relacl FROM pg_class WHERE relname = 't'),
		(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' OR relation = 't'::regclass))`).Scan(&state))
	tx := db.Begin(definition("").limits())
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(t.Context(), database.Query{SQL: `SELECT concat_ws(' ',
		(SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE source = 'session'),
		nullif(current_setting('test.trace', true), ''), current_user, (SELECT count(*) FROM pg_prepared_statements),
		(SELECT count(*) FROM pg_cursors WHERE is_holdable))`})
	require.NoError(t, err)
	require.NoError(t, results[0].Err)

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	notification, _ := admin.WaitForNotification(ctx)
	require.Nil(t, notification)
	return []string{state, string(results[0].Rows[0][0])}
}

// TestFunctionsWithSideEffectsRemainPossible documents the limit of the protection, which the
// command check warns about.
func TestFunctionsWithSideEffectsRemainPossible(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", readOnlyFixture)
	admin := server.Conn(t, "postgres")
	count := func(sql string) (n int) {
		require.NoError(t, admin.QueryRow(t.Context(), sql).Scan(&n))
		return n
	}
	run := func(user, sql string) error {
		finding := check.Finding{}
		noteSideEffects(&finding, sql)
		require.Equal(t, check.Note, finding.Status, sql)
		return runOnce(t, openAs(t, server, "postgres", user), sql)
	}
	const locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
	require.NoError(t, run("reader:secret", "SELECT count(pg_advisory_lock(1)) AS value"))
	require.Zero(t, count(locks), "a session-level lock ends with the transaction")

	const slot = "SELECT count(*) AS value FROM pg_create_physical_replication_slot('x')"
	require.ErrorContains(t, run("reader:secret", slot), denied)
	require.NoError(t, run(pgserver.Superuser, slot))
	require.Equal(t, 1, count("SELECT count(*) FROM pg_replication_slots"))

	const terminate = "SELECT count(pg_terminate_backend(pid)) AS value FROM pg_stat_activity WHERE query = 'LISTEN channel'"
	victim := server.Conn(t, "postgres")
	_, err := victim.Exec(t.Context(), "LISTEN channel")
	require.NoError(t, err)
	require.NoError(t, run("reader:secret", terminate), "the reader does not see the query of another role")
	require.NoError(t, victim.Ping(t.Context()))
	_, err = victim.Exec(t.Context(), "LISTEN channel")
	require.NoError(t, err)
	require.NoError(t, run(pgserver.Superuser, terminate))
	require.Error(t, victim.Ping(t.Context()))
}

func TestQueriesThatOnlyReadAreAccepted(t *testing.T) {
	fixture := readOnlyFixture + `;
		CREATE TABLE keywords ("update" int, "delete" int, updated_at int, deleted int, into_stock int, nextval int, pg_sleep int);
		CREATE TABLE t$x (a$1 int, "a""; DELETE" int, größe int)`
	queries := map[string]string{
		"trailing semicolon":                "SELECT 1 AS value;",
		"leading comments":                  "-- DELETE FROM t;\n/* DROP /* TABLE */ t */ SELECT 1 AS value",
		"VALUES":                            "SELECT * FROM (VALUES (1), (2)) v (value) LIMIT 1",
		"WITH":                              "WITH a (value) AS (SELECT 1) SELECT * FROM a",
		"keywords in strings":               "SELECT length('DELETE; UPDATE' || e'it\\'s; pg_sleep(' || $$ DROP; $$ || $x$ $$ ; $x$) AS value",
		"keywords as quoted names":          `SELECT count("update") + count("delete") AS value FROM keywords`,
		"keywords within names":             "SELECT count(updated_at) + count(deleted) + count(into_stock) AS value FROM keywords",
		"columns named like functions":      "SELECT count(nextval) + count(keywords.pg_sleep) AS value FROM keywords",
		"doubled quotes":                    `SELECT count("a""; DELETE") + length('it''s; DELETE') AS value FROM t$x`,
		"functions with similar names":      "SELECT log(10) + length(lower('A') || pg_size_pretty(1::bigint)) AS value",
		"substring with FOR":                "SELECT length(substring('abc' FROM 1 FOR 3)) AS value",
		"names beyond ASCII":                "SELECT count(größe) AS value FROM t$x",
		"dollar within names":               "SELECT count(a$1) AS value FROM t$x",
		"window function and empty columns": "SELECT sum(count(*)) OVER () AS value FROM t GROUP BY ()",
	}
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", fixture)
	db := open(t, server, "postgres")
	for name, sql := range queries {
		require.NoError(t, runOnce(t, db, sql), name)
		finding := check.Finding{}
		noteSideEffects(&finding, sql)
		require.Equal(t, check.Finding{}, finding, name)
	}
}
