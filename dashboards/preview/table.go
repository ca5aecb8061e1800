package main

import (
	"cmp"
	"maps"
	"slices"
)

// table is a panel's columns and lines.
type table struct {
	Columns []string
	Lines   [][]string
	More    int // lines that there is no height for
}

// entry is a line before it is text.
type entry struct {
	labels map[string]string
	values map[string]series // by column
}

// newTable merges what queries found: a column a label and a query, a line for each set of labels.
func newTable(p panel, found []series, height int) *table {
	const room = 29
	labels, values := columns(p, found)
	lines := merge(p, found)
	for _, by := range p.Options.SortBy {
		slices.SortStableFunc(lines, func(a, b entry) int {
			order := compare(a, b, by.DisplayName)
			if by.Desc {
				return -order
			}
			return order
		})
	}
	t := &table{Columns: append(slices.Clone(labels), values...)}
	fit := max(1, height/room-1)
	if len(lines) > fit {
		t.More = len(lines) - fit + 1
		lines = lines[:fit-1]
	}
	for _, one := range lines {
		t.Lines = append(t.Lines, one.texts(p, labels, values))
	}
	return t
}

// columns are the labels that are shown, and the names of values.
func columns(p panel, found []series) (labels, values []string) {
	hidden := map[string]bool{}
	for _, transformation := range p.Transformations {
		maps.Copy(hidden, transformation.Options.ExcludeByName)
	}
	seen := map[string]bool{}
	for _, s := range found {
		for label := range s.Labels {
			seen[label] = seen[label] || !hidden[label]
		}
		if name := p.column(s.RefID); !slices.Contains(values, name) {
			values = append(values, name)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(seen)) {
		if seen[label] {
			labels = append(labels, label)
		}
	}
	return labels, values
}

// field is what Grafana calls a query's values before they are renamed.
func (p panel) field(refID string) string {
	if len(p.Targets) == 1 {
		return "Value"
	}
	return "Value #" + refID
}

// column is the heading of a query's values.
func (p panel) column(refID string) string {
	if name, ok := p.property("displayName", "", p.field(refID)).(string); ok {
		return name
	}
	return p.field(refID)
}

func merge(p panel, found []series) []entry {
	var lines []entry
	for _, s := range found {
		i := slices.IndexFunc(lines, func(e entry) bool { return maps.Equal(e.labels, withoutName(s.Labels)) })
		if i < 0 {
			i = len(lines)
			lines = append(lines, entry{labels: withoutName(s.Labels), values: map[string]series{}})
		}
		lines[i].values[p.column(s.RefID)] = s
	}
	return lines
}

func withoutName(labels map[string]string) map[string]string {
	kept := maps.Clone(labels)
	delete(kept, "__name__")
	return kept
}

func compare(a, b entry, column string) int {
	x, isValue := a.values[column]
	y, isToo := b.values[column]
	switch {
	case isValue && isToo:
		return cmp.Compare(x.last(), y.last())
	case isValue:
		return 1
	case isToo:
		return -1
	default:
		return cmp.Compare(a.labels[column], b.labels[column])
	}
}

func (e entry) texts(p panel, labels, values []string) []string {
	var line []string
	for _, label := range labels {
		line = append(line, e.labels[label])
	}
	for _, column := range values {
		s, ok := e.values[column]
		text := ""
		if ok {
			text, _ = p.look(s.last(), p.unit("", p.field(s.RefID)))
		}
		line = append(line, text)
	}
	return line
}
