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

func TestEveryCriterionFindsItsOwnWorst(t *testing.T) {
	all := some(500)
	all[1] = candidate{statementKey: all[1].statementKey, calls: minCalls, total: 900}                 // slow on average
	all[2] = candidate{statementKey: all[2].statementKey, calls: 9000, total: 1, longest: 5000}        // once slow
	all[3] = candidate{statementKey: all[3].statementKey, calls: 9000, total: 1, temp: 1}              // spills
	all[4] = candidate{statementKey: all[4].statementKey, calls: 9000, total: 2, recent: 2}            // new
	all[5] = candidate{statementKey: all[5].statementKey, calls: minCalls - 1, total: 890, longest: 1} // ran too seldom to say
	picked := choose(all, chosen{}, 10, time.Now())                                                    // one place for each criterion, five for the rest
	for i := range 5 {
		if i > 0 {
			require.Contains(t, picked, all[i].statementKey)
		}
	}
	require.NotContains(t, picked, all[5].statementKey)
	require.Contains(t, picked, all[499].statementKey, "most time in total")
	require.Len(t, picked, 10)
}

func TestAStatementStaysForAWhile(t *testing.T) {
	now := time.Now()
	all := some(500)
	all[7].longest = 5000
	first := choose(all, chosen{}, 10, now)
	require.Contains(t, first, all[7].statementKey)
	all[7].longest = 0.5 // its maximum was reset
	all[7].total, all[7].calls = 1, 1e6
	later := choose(all, first, 10, now.Add(stickiness-time.Minute))
	require.Contains(t, later, all[7].statementKey)
	require.NotContains(t, choose(all, later, 10, now.Add(stickiness+time.Minute)), all[7].statementKey)
}

func TestAnEvictedStatementGoesAtOnce(t *testing.T) {
	now := time.Now()
	gone := statementKey{"shop", "app", "gone"}
	require.NotContains(t, choose(some(3), chosen{gone: now}, 10, now), gone)
}

func TestTheChoiceKeepsItsCap(t *testing.T) {
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

func TestASumThatLosesPartsStillCounts(t *testing.T) {
	m := monotonic{}
	require.EqualValues(t, 100, m.next(100))
	require.EqualValues(t, 100, m.next(95), "an eviction")
	require.EqualValues(t, 110, m.next(105))
	require.EqualValues(t, 3, m.next(3), "a reset")
	require.EqualValues(t, 4, m.next(4))
}

func TestTextsLoseConstantsAndComments(t *testing.T) {
	clean := newTextCleaner().clean
	for name, test := range map[string]struct{ sql, want string }{
		"white space is folded":                {"SELECT\n\t1", "SELECT ?"},
		"parameters stay":                      {`SELECT "User".id FROM "User" WHERE id = $1`, `SELECT "User".id FROM "User" WHERE id = $1`},
		"a password":                           {"ALTER ROLE x PASSWORD 'it''s'", "ALTER ROLE x PASSWORD ?"},
		"an escape string":                     {`SET a = E'x\'y' , b`, "SET a = ? , b"},
		"a backslash in a standard string":     {`SET a = 'c:\' , b`, "SET a = ? , b"},
		"a dollar-quoted string":               {"DO $x$ BEGIN secret $x$", "DO ?"},
		"a string that was cut off":            {"SET a = 'secr", "SET a = ?"},
		"a comment":                            {"SELECT 1 /* trace='secret' */ , 2 -- more", "SELECT ? , ?"},
		"a comment that was cut off":           {"SELECT 1 /* trace='sec", "SELECT ?"},
		"a quote inside a comment":             {"SELECT /* it's */ x", "SELECT x"},
		"a comment inside a string":            {"SET a = '/*' , b /* c */", "SET a = ? , b"},
		"digits in names stay":                 {"SELECT t1.c2 FROM t1", "SELECT t1.c2 FROM t1"},
		"a quoted name with a quote inside it": {`SELECT "it's" FROM "a""b"`, `SELECT "it's" FROM "a""b"`},
		"bytes that are no text":               {"SELECT \xff", "SELECT �"},
	} {
		require.Equal(t, test.want, clean(test.sql), name)
	}
	require.Len(t, []rune(clean("SELECT "+strings.Repeat("가", 300))), 200, "characters, not bytes")
}
