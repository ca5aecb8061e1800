package kpi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAQueryThatDoesMoreThanReadIsRefused(t *testing.T) {
	cases := map[string]struct{ sql, want string }{
		"another statement":                           {"UPDATE t SET a = 1", `begins with "update"`},
		"a second statement":                          {"SELECT 1; SELECT 2", "more than one statement"},
		"a second statement in disguise":              {"SELECT 1 /* ; */; -- ;\n DROP TABLE t", "more than one statement"},
		"nothing but comments":                        {"-- SELECT\n/* SELECT */ ;", "the query is empty"},
		"a WITH that deletes":                         {"WITH gone AS (DELETE FROM t RETURNING *) SELECT count(*) FROM gone", "DELETE writes"},
		"a WITH that inserts at its end":              {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "INSERT writes"},
		"a WITH that merges":                          {"WITH a AS (mErGe INTO t USING s ON true) SELECT 1", "MERGE writes"},
		"a table made":                                {"SELECT * INTO new FROM t", "INTO writes"},
		"rows locked":                                 {"SELECT * FROM t FOR UPDATE", "FOR UPDATE locks"},
		"rows locked a little":                        {"SELECT * FROM t FOR\n-- x\nNO KEY UPDATE", "FOR NO locks"},
		"rows shared":                                 {"SELECT * FROM t FOR KEY SHARE", "FOR KEY locks"},
		"a setting":                                   {"SELECT set_config('a', 'b', false)", "the function set_config"},
		"a setting, written strangely":                {`SELECT "set_config" /* ( */ ('a', 'b', false)`, "the function set_config"},
		"a sequence":                                  {"SELECT nextval('s')", "the function nextval"},
		"a nap":                                       {"SELECT pg_catalog.PG_SLEEP_FOR('1h')", "the function pg_sleep_for"},
		"somebody's session ended":                    {"SELECT pg_terminate_backend(1)", "the function pg_terminate_backend"},
		"a large object":                              {"SELECT lo_import('/etc/passwd')", "the function lo_import"},
		"a file":                                      {"SELECT pg_read_file('/etc/passwd')", "the function pg_read_file"},
		"another server":                              {"SELECT * FROM dblink('', '') AS t (a int)", "the function dblink"},
		"a lock that outlives the query":              {"SELECT pg_advisory_lock(1)", "the function pg_advisory_lock"},
		"statistics thrown away":                      {"SELECT pg_stat_statements_reset()", "the function pg_stat_statements_reset"},
		"SQL in a string":                             {"SELECT query_to_xml('DELETE FROM t', true, true, '')", "the function query_to_xml"},
		"a name that hides its letters":               {`SELECT U&"pg\005fsleep"(1)`, "U& cannot be checked"},
		"a parameter":                                 {"SELECT $1", "there is a parameter"},
		"a string left open":                          {"SELECT 'a", "what ' opens is never closed"},
		"a name left open":                            {`SELECT "a`, `what " opens`},
		"a comment left open":                         {"SELECT 1 /* /* */", "what /* opens"},
		"a dollar quote left open":                    {"SELECT $a$ $b$", "what $a$ opens"},
		"code behind a string that escapes":           {`SELECT E'\'' || pg_sleep(1) || ''`, "the function pg_sleep"},
		"code behind a backslash that doesn't escape": {`SELECT '\' || pg_sleep(1)::text || ''`, "the function pg_sleep"},
	}
	for says, c := range cases {
		t.Run(says, func(t *testing.T) {
			refusal := checkReadOnly(c.sql)
			require.NotNil(t, refusal)
			require.Contains(t, refusal.what, c.want)
			require.NotEmpty(t, refusal.hint)
		})
	}
}

func TestAQueryThatOnlyReadsIsLeftAlone(t *testing.T) {
	cases := map[string]string{
		"a trailing semicolon":              "SELECT 1 AS value;",
		"a comment in front":                "-- DELETE FROM t;\n/* DROP /* TABLE */ t */ SELECT 1",
		"VALUES":                            "VALUES (1), (2)",
		"a WITH":                            "WITH a AS (SELECT 1) SELECT * FROM a",
		"a string that tells of writing":    "SELECT 'DELETE; UPDATE' AS status, e'it\\'s; pg_sleep(' , $$ DROP; $$, $x$ $$ ; $x$",
		"a quoted column named update":      `SELECT "update", "delete" FROM t`,
		"a name with a word inside":         `SELECT updated_at, deleted, into_stock FROM created_orders`,
		"a doubled quote":                   `SELECT 'it''s; DELETE', "a""; DELETE" FROM t`,
		"a function whose name starts same": "SELECT log(10), lower('A'), pg_size_pretty(1::bigint), count(*) FROM t",
		"a column named like a function":    "SELECT nextval, t.pg_sleep FROM t",
		"a substring for":                   "SELECT substring(a FROM 1 FOR 3) FROM t",
		"names beyond ASCII":                "SELECT größe FROM läden",
		"a dollar within a name":            "SELECT a$1 FROM t$x",
		"a column whose name ends in e":     "SELECT role 'x'",
	}
	for says, sql := range cases {
		t.Run(says, func(t *testing.T) { require.Nil(t, checkReadOnly(sql)) })
	}
}

func TestARefusalKnowsItsLine(t *testing.T) {
	require.Equal(t, 4, checkReadOnly("SELECT '\n', \"\n\"\n, pg_sleep(1)").line)
	require.Equal(t, 3, checkReadOnly("/*\n*/ SELECT $$\n$$; SELECT 1").line)
}

// What a string holds never matters, in whichever way it is quoted, and what stands behind it always does.
func TestTextIsNeverTakenForCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"'; DELETE FROM t; --", `\`, "*/", "/*", "$", "$$", `"`}))
		held := any.Draw(t, "held") + any.Draw(t, "more")
		held = strings.ReplaceAll(held, "\x00", "")
		quotedText := rapid.SampledFrom([]string{
			"'" + strings.ReplaceAll(held, "'", "''") + "'",
			"E'" + strings.ReplaceAll(strings.ReplaceAll(held, `\`, `\\`), "'", `\'`) + "'",
			"$q$" + strings.ReplaceAll(held, "$", "") + "$q$",
			`"` + strings.ReplaceAll(held, `"`, `""`) + `"`,
			"1 --" + strings.ReplaceAll(held, "\n", " ") + "\n",
			"1 /*" + strings.NewReplacer("*", "", "/", "").Replace(held) + "*/",
		}).Draw(t, "quoted")
		if refusal := checkReadOnly("SELECT " + quotedText + " AS value"); refusal != nil {
			t.Fatalf("refused: %s", refusal.what)
		}
		if checkReadOnly("SELECT "+quotedText+" AS value FROM t FOR UPDATE") == nil {
			t.Fatal("what follows was not seen")
		}
	})
}

func TestNoTextMakesTheLexerPanicOrStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"'", `"`, "$", "$a$", "/*", "*/", "--", "\n", `\`, "E'", "e", "select", ";", "(", "U&",
		}))).Draw(t, "pieces")
		sql := strings.Join(pieces, "")
		lines := 1 + strings.Count(sql, "\n")
		for _, token := range tokenize(sql) {
			if token.line < 1 || token.line > lines {
				t.Fatalf("line %d of %d", token.line, lines)
			}
		}
		_ = checkReadOnly(sql)
	})
}
