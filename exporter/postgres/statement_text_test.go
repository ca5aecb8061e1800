package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCleanTextRemovesConstantsAndComments(t *testing.T) {
	clean := newTextCleaner().clean
	for name, test := range map[string]struct{ sql, want string }{
		"white space":                     {"SELECT\n\t1", "SELECT ?"},
		"parameters are kept":             {`SELECT "User".id FROM "User" WHERE id = $1`, `SELECT "User".id FROM "User" WHERE id = $1`},
		"escape string":                   {`SELECT E'x\'secret' , b`, "SELECT ? , b"},
		"backslash in a string":           {`SELECT 'c:\' , b`, "SELECT ?"},
		"dollar-quoted string":            {"SELECT $x$ BEGIN secret $x$", "SELECT ?"},
		"tag with a digit":                {"SELECT $p1$ secret $p1$", "SELECT ?"},
		"tag with a letter beyond ASCII":  {"SELECT $é$ secret $é$", "SELECT ?"},
		"tag with a symbol beyond ASCII":  {"SELECT $☃1$ secret $☃1$", "SELECT ?"},
		"empty tag":                       {"SELECT $$ secret $$", "SELECT ?"},
		"tag after a parameter":           {"SELECT $1$a$ secret $a$", "SELECT $1?"},
		"continued escape string":         {"SELECT E'a'\n'b\\' secret' , c", "SELECT ? ?"},
		"continued after a comment":       {"SELECT E'a' -- x\n 'b\\' secret' , c", "SELECT ? ?"},
		"standard_conforming_strings off": {`SELECT 'it\' secret' , b`, "SELECT ?"},
		"Unicode escapes":                 {`SELECT U&'\0073ecret' , b`, "SELECT U&?"},
		"bit string":                      {"SELECT B'1001', X'5ec', N'secret'", "SELECT B?, X?, N?"},
		"numbers":                         {"SELECT 4242_4242, 0x5ec, 1.5e10, .75, 1e-5", "SELECT ?, ?, ?, .?, ?-?"},
		"truncated string":                {"SELECT 'secr", "SELECT ?"},
		"truncated escape":                {`SELECT E'secr\`, "SELECT E?"},
		"comment":                         {"SELECT 1 /* trace='secret' */ , 2 -- more", "SELECT ? , ?"},
		"nested comment":                  {"SELECT 1 /* a /* b */ secret */ , 2", "SELECT ? ?"},
		"truncated comment":               {"SELECT 1 /* trace='sec", "SELECT ?"},
		"quote in a comment":              {"SELECT /* it's */ x", "SELECT x"},
		"comment in a string":             {"SELECT '/*' , b /* c */", "SELECT ? , b"},
		"digits in names are kept":        {"SELECT t1.c2 FROM t1", "SELECT t1.c2 FROM t1"},
		"quoted name with a quote":        {`SELECT "it's" FROM "a""b"`, `SELECT "it's" FROM "a""b"`},
		"invalid UTF-8":                   {"SELECT \xff", "SELECT �"},
		"common table expression":         {"/* x */ with a as (select 1) table a", "with a as (select ?) table a"},
		"parentheses":                     {"(SELECT a) UNION (SELECT b)", "(SELECT a) UNION (SELECT b)"},
		"password":                        {"ALTER ROLE x PASSWORD 'it''s'", "ALTER ROLE"},
		"setting":                         {"SET app.secret TO word", "SET"},
		"local setting":                   {"-- x\nset local app.secret = word", "set"},
		"anonymous block":                 {"DO $x$ BEGIN secret $x$", "DO"},
		"user mapping":                    {"CREATE USER MAPPING FOR x SERVER y OPTIONS (password 'secret')", "CREATE USER"},
		"explained query":                 {"EXPLAIN ANALYZE SELECT 'secret'", "EXPLAIN"},
		"copied query":                    {"COPY (SELECT 'secret') TO STDOUT", "COPY"},
		"new table":                       {"CREATE UNLOGGED TABLE secret AS SELECT 1", "CREATE UNLOGGED"},
		"notification":                    {"NOTIFY channel, 'secret'", "NOTIFY"},
		"no statement":                    {"-- secret", ""},
	} {
		require.Equal(t, test.want, clean(test.sql), name)
	}
	require.Len(t, []rune(clean("SELECT "+strings.Repeat("가", 300))), 200, "characters, not bytes")
}
