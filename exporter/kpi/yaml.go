package kpi

import (
	"fmt"
	"slices"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// setting is the value of one key together with its line, which is 0 if the key is missing.
type setting[T any] struct {
	value T
	line  int
}

// UnmarshalYAML implements yaml.Unmarshaler. It returns a *yaml.TypeError because the decoder
// continues after one, so that all wrong types in a file are reported together.
func (s *setting[T]) UnmarshalYAML(node *yaml.Node) error {
	s.line = node.Line
	if err := node.Decode(&s.value); err != nil {
		return wrongType(node, expected(s.value))
	}
	return nil
}

func wrongType(node *yaml.Node, expected string) error {
	text := fmt.Sprintf("line %d: the value is not %s", node.Line, expected)
	if node.Kind == yaml.ScalarNode {
		text = fmt.Sprintf("line %d: %q is not %s", node.Line, node.Value, expected)
	}
	return &yaml.TypeError{Errors: []string{text}}
}

// expected describes the values that a key accepts by the type of the setting.
func expected(value any) string {
	switch value.(type) {
	case []string:
		return "a list of names; hint: write a list such as [currency, window]"
	case model.Duration:
		return "a duration; hint: write a number with a unit, such as 30s, 5m, 1h or 1d"
	case int:
		return "a whole number; hint: write digits only"
	case bool:
		return "a boolean; hint: write true or false"
	case Contract:
		return "a contract; hint: write labels and values as in {status: {PAID: [SettlementsLate]}}"
	}
	return "text; hint: put it in quotes, or below \"|\" and indented"
}

// query is the SQL of an entry.
type query struct {
	setting[string]
	textPosition
}

// textPosition is the position of an SQL text.
type textPosition struct {
	file    string
	first   int  // line
	literal bool // each line of the text is a line of the file
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (q *query) UnmarshalYAML(node *yaml.Node) error {
	q.first = node.Line
	if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		q.first++ // the text of a block begins below its key
	}
	q.literal = node.Style&yaml.LiteralStyle != 0
	return q.setting.UnmarshalYAML(node)
}

// selection is the key shipped: all, none or a list of names. The default is all.
type selection struct {
	limited bool // to names, which are empty for none
	names   []string
	line    int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *selection) UnmarshalYAML(node *yaml.Node) error {
	s.line = node.Line
	s.limited = node.Value != "all"
	if node.Value == "all" || node.Value == "none" {
		return nil
	}
	if err := node.Decode(&s.names); err != nil {
		return wrongType(node, "all, none or a list of names; hint: write a list such as [users, gmv]")
	}
	return nil
}

func (s selection) includes(name string) bool { return !s.limited || slices.Contains(s.names, name) }
