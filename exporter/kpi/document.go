package kpi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// entry is a definition as it was written, with the lines that errors point to.
type entry struct {
	Definition
	disabled bool

	lines   map[string]int // of each key
	sqlLine int            // where the text of the query begins
}

// problem is an error at one line of a KPI file. what says what is wrong, hint what to do about it.
func problem(file string, line int, name, what, hint string) error {
	if name == "" {
		name = "(entry without a name)"
	}
	return fmt.Errorf("%s:%d: %s: %s; hint: %s", file, line, name, what, hint)
}

// parseDocument reads every entry of a KPI file. The error joins all that is wrong with the form of the file; what the
// entries say is not judged here.
func parseDocument(file string, text []byte) ([]entry, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil // only comments
	} else if err != nil {
		return nil, fmt.Errorf("%s: reading YAML: %w; hint: check the indentation there and just above", file, err)
	}
	if !errors.Is(decoder.Decode(&second), io.EOF) {
		return nil, fmt.Errorf("%s: there is a second document behind the first; hint: remove the line ---", file)
	}
	list := resolve(document.Content[0])
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s:%d: this is not a list of KPIs; hint: begin each with \"- name: …\"", file, list.Line)
	}
	var entries []entry
	var problems []error
	for _, node := range list.Content {
		parsed, err := parseEntry(file, resolve(node))
		entries = append(entries, parsed)
		problems = append(problems, err)
	}
	return entries, errors.Join(problems...)
}

func parseEntry(file string, node *yaml.Node) (entry, error) {
	parsed := entry{Definition: Definition{File: file, Line: node.Line}, lines: map[string]int{}}
	if node.Kind != yaml.MappingNode {
		return parsed, problem(file, node.Line, "", "an entry has keys with values", "begin it with \"- name: …\"")
	}
	var problems []error
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], resolve(node.Content[i+1])
		if _, twice := parsed.lines[key.Value]; twice {
			problems = append(problems, problem(file, key.Line, parsed.Name,
				fmt.Sprintf("%q stands there twice", key.Value), "remove one of them"))
		}
		parsed.lines[key.Value] = key.Line
		problems = append(problems, parsed.set(key, value))
	}
	return parsed, errors.Join(problems...)
}

// set stores value under key. An unknown key is refused: it is a typing error, or something that would silently do
// nothing.
func (e *entry) set(key, value *yaml.Node) error {
	target, wanted := e.field(key.Value)
	if target == nil {
		return problem(e.File, key.Line, e.Name, fmt.Sprintf("the key %q is unknown", key.Value),
			"name, help, unit, labels, interval, max_age, timeout, max_rows, sql and disabled are known")
	}
	if err := value.Decode(target); err != nil {
		return problem(e.File, value.Line, e.Name, fmt.Sprintf("%q cannot be read", key.Value), "write "+wanted)
	}
	if key.Value == "sql" {
		e.sqlLine = value.Line
		if value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			e.sqlLine++ // the text of a block begins on the line below the key
		}
	}
	return nil
}

// field returns where the value of key belongs, and what such a value looks like.
func (e *entry) field(key string) (target any, wanted string) {
	const span = "a duration such as 30s, 5m, 1h or 1d"
	switch key {
	case "name":
		return &e.Name, "a name such as paid_orders"
	case "help":
		return &e.Help, "a sentence"
	case "unit":
		return &e.Unit, "a word such as seconds or orders"
	case "labels":
		return &e.Labels, "a list of names: [currency, window]"
	case "interval":
		return (*duration)(&e.Interval), span
	case "max_age":
		return (*duration)(&e.MaxAge), span
	case "timeout":
		return (*duration)(&e.Timeout), span
	case "max_rows":
		return &e.MaxRows, "a whole number"
	case "sql":
		return &e.SQL, "one query, after \"sql: |\""
	case "disabled":
		return &e.disabled, "true or false"
	}
	return nil, ""
}

func (e *entry) problem(key, what, hint string) error {
	line, ok := e.lines[key]
	if !ok {
		line = e.Line
	}
	return problem(e.File, line, e.Name, what, hint)
}

func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// duration is written as Prometheus writes durations.
type duration time.Duration

func (d *duration) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := model.ParseDuration(node.Value)
	*d = duration(parsed)
	return err
}
