package postgres

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// statementKey is what tells exported statements apart.
type statementKey struct{ datname, user, queryid string }

// candidate is a statement that may be exported. Times are in milliseconds.
type candidate struct {
	statementKey
	calls, total, longest, temp float64
	recent                      float64 // of total, since the choice before
}

// stickiness is how long a statement stays after it last was among the worst. Series that come and go with every
// choice would be of no use in a graph, and each return costs a read of the text file.
const stickiness = 30 * time.Minute

// minCalls is how often a statement must have run before its mean says anything.
const minCalls = 5

// criteria are the ways of being worth a look. A statement that is bad by one of them must not be hidden by those that
// are bad by another, so each has its own ranking. A score of 0 does not rank.
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

// chosen remembers when each exported statement last was among the worst.
type chosen map[statementKey]time.Time

// choose returns the statements to export, at most limit: the worst by each criterion now, in half of the places; then
// those that were not long ago; then, while there is room, those that took most time. The last have no claim to stay.
func choose(candidates []candidate, before chosen, limit int, now time.Time) chosen {
	next := chosen{}
	add := func(key statementKey, qualified time.Time) {
		if _, already := next[key]; !already && len(next) < limit {
			next[key] = qualified
		}
	}
	ranked := criteria()
	for _, score := range ranked {
		for _, c := range worst(candidates, score, max(1, limit/len(ranked)/2)) {
			add(c.statementKey, now)
		}
	}
	present := map[statementKey]bool{}
	for _, c := range candidates {
		present[c.statementKey] = true
	}
	for _, key := range latestFirst(before) {
		if present[key] && now.Sub(before[key]) < stickiness {
			add(key, before[key])
		}
	}
	for _, c := range worst(candidates, ranked[0], limit) {
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

// latestFirst orders by when a statement was last among the worst, so that under the cap the oldest go.
func latestFirst(c chosen) []statementKey {
	return slices.SortedFunc(maps.Keys(c), func(a, b statementKey) int {
		return cmp.Or(c[b].Compare(c[a]), a.compare(b))
	})
}

// compare makes choices independent of the order in which candidates came.
func (k statementKey) compare(other statementKey) int {
	return cmp.Or(cmp.Compare(k.queryid, other.queryid), cmp.Compare(k.datname, other.datname),
		cmp.Compare(k.user, other.user))
}
