package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func some(n int) []candidate {
	var all []candidate
	for i := range n {
		all = append(all, candidate{
			statementKey: statementKey{"shop", "app", fmt.Sprint(i)},
			calls:        1000, total: float64(1000 + i), longest: 1,
		})
	}
	return all
}

func TestEveryCriterionHasItsOwnRanking(t *testing.T) {
	all := some(500)
	all[1] = candidate{statementKey: all[1].statementKey, calls: minCalls, total: 900}                 // high mean
	all[2] = candidate{statementKey: all[2].statementKey, calls: 9000, total: 1, longest: 5000}        // high maximum
	all[3] = candidate{statementKey: all[3].statementKey, calls: 9000, total: 1, temp: 1}              // temporary files
	all[4] = candidate{statementKey: all[4].statementKey, calls: 9000, total: 2, recent: 2}            // recent
	all[5] = candidate{statementKey: all[5].statementKey, calls: minCalls - 1, total: 890, longest: 1} // too few calls for a mean
	picked := choose(all, chosen{}, 10, time.Now())                                                    // one place for each criterion and five others
	for i := range 5 {
		if i > 0 {
			require.Contains(t, picked, all[i].statementKey)
		}
	}
	require.NotContains(t, picked, all[5].statementKey)
	require.Contains(t, picked, all[499].statementKey, "most time in total")
	require.Len(t, picked, 10)
}

func TestStatementIsRetained(t *testing.T) {
	now := time.Now()
	all := some(500)
	all[7].longest = 5000
	first := choose(all, chosen{}, 10, now)
	require.Contains(t, first, all[7].statementKey)
	all[7].longest = 0.5 // its maximum was reset
	all[7].total, all[7].calls = 1, 1e6
	later := choose(all, first, 10, now.Add(retention-time.Minute))
	require.Contains(t, later, all[7].statementKey)
	require.NotContains(t, choose(all, later, 10, now.Add(retention+time.Minute)), all[7].statementKey)
}

func TestEvictedStatementIsRemovedAtOnce(t *testing.T) {
	now := time.Now()
	gone := statementKey{"shop", "app", "gone"}
	require.NotContains(t, choose(some(3), chosen{gone: now}, 10, now), gone)
}

func TestChoiceIsLimited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 60).Draw(t, "limit")
		number := rapid.Float64Range(0, 1e6)
		all := some(rapid.IntRange(0, 80).Draw(t, "n"))
		for i := range all {
			all[i].total, all[i].recent = number.Draw(t, "total"), number.Draw(t, "recent")
			all[i].longest, all[i].temp = number.Draw(t, "longest"), number.Draw(t, "temp")
		}
		now := time.Now()
		picked := choose(all, choose(all[:len(all)/2], chosen{}, limit, now), limit, now)
		if len(picked) > limit {
			t.Fatalf("%d chosen, the limit is %d", len(picked), limit)
		}
	})
}

func TestTotalsAreMonotonic(t *testing.T) {
	m := monotonic{}
	require.EqualValues(t, 100, m.next(100))
	require.EqualValues(t, 100, m.next(95), "an eviction")
	require.EqualValues(t, 110, m.next(105))
	require.EqualValues(t, 3, m.next(3), "a reset")
	require.EqualValues(t, 4, m.next(4))
}

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
