package kpi

import (
	"fmt"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// entry is one item of a KPI file as the operator wrote it, before defaults.
type entry struct {
	Name     setting[string]         `yaml:"name"`
	Help     setting[string]         `yaml:"help"`
	Unit     setting[string]         `yaml:"unit"`
	Labels   setting[[]string]       `yaml:"labels"`
	Interval setting[model.Duration] `yaml:"interval"`
	MaxAge   setting[model.Duration] `yaml:"max_age"`
	Timeout  setting[model.Duration] `yaml:"timeout"`
	MaxRows  setting[int]            `yaml:"max_rows"`
	SQL      query                   `yaml:"sql"`
	Disabled setting[bool]           `yaml:"disabled"`

	file string
	line int  // where the entry begins
	own  bool // the file is the operator's
}

const entryKeys = "name, help, unit, labels, interval, max_age, timeout, max_rows, sql and disabled"

// problem returns an error at line. A line of 0 means that the key is missing; the error is then at
// the beginning of the entry.
func (e entry) problem(line int, what, hint string) error {
	if line == 0 {
		line = e.line
	}
	return problem(e.file, line, e.Name.value, what, hint)
}

func problem(file string, line int, name, what, hint string) error {
	if name == "" {
		name = "(entry without a name)"
	}
	return fmt.Errorf("%s:%d: %s: %s; hint: %s", file, line, name, what, hint)
}

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
		text := fmt.Sprintf("line %d: the value is not %s", node.Line, expected(s.value))
		if node.Kind == yaml.ScalarNode {
			text = fmt.Sprintf("line %d: %q is not %s", node.Line, node.Value, expected(s.value))
		}
		return &yaml.TypeError{Errors: []string{text}}
	}
	return nil
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
	}
	return "text; hint: put it in quotes, or below \"|\" and indented"
}

// query is the SQL of an entry.
type query struct {
	setting[string]

	firstLine int  // of the SQL text
	literal   bool // each line of the text is a line of the file
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (q *query) UnmarshalYAML(node *yaml.Node) error {
	q.firstLine = node.Line
	if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		q.firstLine++ // the text of a block begins below its key
	}
	q.literal = node.Style&yaml.LiteralStyle != 0
	return q.setting.UnmarshalYAML(node)
}
