package evaluate

import (
	"cmp"
	"slices"
)

// order returns the alerts, and the rules that they need, such that each follows those whose series
// it reads.
func order(rules []rule) []unit {
	byName := map[string][]rule{}
	for _, r := range rules {
		byName[r.name()] = append(byName[r.name()], r)
	}
	needs, needed := map[string]map[string]bool{}, map[string]bool{}
	for name, named := range byName {
		needs[name] = map[string]bool{}
		need(needs[name], name, byName)
		for other := range needs[name] {
			needed[other] = needed[other] || named[0].Alert != ""
		}
	}
	var units []unit
	done := map[string]bool{}
	for _, r := range rules {
		if done[r.name()] || r.Alert == "" && !needed[r.name()] {
			continue
		}
		u := unit{needs: len(needs[r.name()]), readsItself: needs[r.name()][r.name()]}
		for _, other := range rules {
			if other.name() == r.name() || needs[r.name()][other.name()] && needs[other.name()][r.name()] {
				u.rules, done[other.name()] = append(u.rules, other), true
			}
		}
		units = append(units, u)
	}
	// A rule needs all that the rules that it reads need, and these.
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(a.needs, b.needs) })
	return units
}

// need adds the rules whose series a rule needs, directly or through others.
func need(needs map[string]bool, name string, byName map[string][]rule) {
	for _, r := range byName[name] {
		for read := range r.reads {
			if byName[read] != nil && !needs[read] {
				needs[read] = true
				need(needs, read, byName)
			}
		}
	}
}
