package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCleanTextRemovesConstantsAndComments(t *testing.T) {
	clean := newTextCleaner().clean
	for name, test := range map[string]struct{ sql, want string }{
		"white space":                    {"SELECT\n\t1", "SELECT ?"},
		"parameters are kept":            {`SELECT "User".id FROM "User" WHERE id = $1`, `SELECT "User".id FROM "User" WHERE id = $1`},
		"password":                       {"ALTER ROLE x PASSWORD 'it''s'", "ALTER ROLE x PASSWORD ?"},
		"escape string":                  {`SET a = E'x\'y' , b`, "SET a = ? , b"},
		"backslash in a standard string": {`SET a = 'c:\' , b`, "SET a = ? , b"},
		"dollar-quoted string":           {"DO $x$ BEGIN secret $x$", "DO ?"},
		"truncated string":               {"SET a = 'secr", "SET a = ?"},
		"comment":                        {"SELECT 1 /* trace='secret' */ , 2 -- more", "SELECT ? , ?"},
		"truncated comment":              {"SELECT 1 /* trace='sec", "SELECT ?"},
		"quote in a comment":             {"SELECT /* it's */ x", "SELECT x"},
		"comment in a string":            {"SET a = '/*' , b /* c */", "SET a = ? , b"},
		"digits in names are kept":       {"SELECT t1.c2 FROM t1", "SELECT t1.c2 FROM t1"},
		"quoted name with a quote":       {`SELECT "it's" FROM "a""b"`, `SELECT "it's" FROM "a""b"`},
		"invalid UTF-8":                  {"SELECT \xff", "SELECT �"},
	} {
		require.Equal(t, test.want, clean(test.sql), name)
	}
	require.Len(t, []rune(clean("SELECT "+strings.Repeat("가", 300))), 200, "characters, not bytes")
}
