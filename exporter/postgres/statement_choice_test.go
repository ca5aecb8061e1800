package postgres

import (
	"fmt"
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
