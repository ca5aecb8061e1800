package postgres

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// statementKey identifies an exported statement.
type statementKey struct{ datname, user, queryid string }

// compare makes choices independent of the order of the candidates.
func (k statementKey) compare(other statementKey) int {
	return cmp.Or(cmp.Compare(k.queryid, other.queryid), cmp.Compare(k.datname, other.datname),
		cmp.Compare(k.user, other.user))
}

// candidate is a statement that may be exported. Times are in milliseconds.
type candidate struct {
	statementKey
	calls, total, longest, temp float64
	recent                      float64 // part of total since the previous choice
}

// retention is how long a statement stays exported after it last ranked among the worst. Series
// that appear and disappear with every choice are useless in a graph, and the server reads its
// whole text file for every statement that returns.
const retention = 30 * time.Minute

// minCalls is the number of calls from which the mean of a statement is meaningful.
const minCalls = 5

// criteria returns the scores by which statements are ranked. Each has its own ranking, so that a
// statement that is bad by one of them is not displaced by statements that are bad by another. A
// score of 0 does not rank.
func criteria() []func(candidate) float64 {
	return []func(candidate) float64{
		func(c candidate) float64 { return c.total },
		func(c candidate) float64 { return c.recent },
		func(c candidate) float64 { return c.longest },
		func(c candidate) float64 { return c.temp },
		func(c candidate) float64 {
			if c.calls < minCalls {
				return 0
			}
			return c.total / c.calls
		},
	}
}

// chosen maps each exported statement to the time when it last ranked among the worst.
type chosen map[statementKey]time.Time

// choose returns the statements to export, at most limit. Half of the places go to the worst by
// each criterion, then come the statements that ranked during the retention, and the remaining
// places go to those with the longest total time. The last are not retained.
func choose(candidates []candidate, before chosen, limit int, now time.Time) chosen {
	next := chosen{}
	add := func(key statementKey, ranked time.Time) {
		if _, already := next[key]; !already && len(next) < limit {
			next[key] = ranked
		}
	}
	scores := criteria()
	for _, score := range scores {
		for _, c := range worst(candidates, score, max(1, limit/len(scores)/2)) {
			add(c.statementKey, now)
		}
	}
	present := map[statementKey]bool{}
	for _, c := range candidates {
		present[c.statementKey] = true
	}
	latestFirst := slices.SortedFunc(maps.Keys(before), func(a, b statementKey) int {
		return cmp.Or(before[b].Compare(before[a]), a.compare(b))
	})
	for _, key := range latestFirst { // the limit cuts off those that ranked the longest time ago
		if present[key] && now.Sub(before[key]) < retention {
			add(key, before[key])
		}
	}
	for _, c := range worst(candidates, scores[0], limit) {
		add(c.statementKey, time.Time{})
	}
	return next
}

// worst returns the n candidates with the highest scores above 0.
func worst(candidates []candidate, score func(candidate) float64, n int) []candidate {
	sorted := slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return score(c) <= 0 })
	slices.SortFunc(sorted, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(score(b), score(a)), a.compare(b.statementKey))
	})
	return sorted[:min(n, len(sorted))]
}
