package evaluate

import (
	"cmp"
	"maps"
	"slices"
)

// order sorts the alerts, and the rules that they need, such that each follows those whose series
// it reads. Rules that read each other form a unit, by Tarjan's algorithm.
func order(rules []rule) []unit {
	o := &ordering{rules: map[string][]rule{}, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	for _, r := range rules {
		o.rules[r.name()] = append(o.rules[r.name()], r)
	}
	for _, r := range rules {
		if r.Alert != "" && o.index[r.name()] == 0 {
			o.visit(r.name())
		}
	}
	return o.units
}

type ordering struct {
	rules map[string][]rule // by name
	units []unit
	index map[string]int // order of visits, from 1
	low   map[string]int // the earliest visit that the name leads back to
	stack []string
	open  map[string]bool // whether the name is on the stack
}

func (o *ordering) visit(name string) {
	o.index[name] = len(o.index) + 1
	o.low[name] = o.index[name]
	o.stack, o.open[name] = append(o.stack, name), true
	for _, r := range o.rules[name] {
		for _, read := range slices.Sorted(maps.Keys(r.reads)) {
			if o.rules[read] == nil {
				continue
			}
			if o.index[read] == 0 {
				o.visit(read)
				o.low[name] = min(o.low[name], o.low[read])
			} else if o.open[read] {
				o.low[name] = min(o.low[name], o.index[read])
			}
		}
	}
	if o.low[name] == o.index[name] {
		o.close(slices.Index(o.stack, name))
	}
}

// close makes a unit of the names on the stack from the first.
func (o *ordering) close(first int) {
	u := unit{readsItself: len(o.stack)-first > 1}
	for _, name := range o.stack[first:] {
		o.open[name] = false
		u.rules = append(u.rules, o.rules[name]...)
		for _, r := range o.rules[name] {
			_, own := r.reads[name]
			u.readsItself = u.readsItself || own
		}
	}
	o.stack = o.stack[:first]
	slices.SortFunc(u.rules, func(a, b rule) int { return cmp.Compare(a.id, b.id) })
	o.units = append(o.units, u)
}
