package kpi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is a KPI file.
type document struct {
	Settings settingsEntry `yaml:"settings"`
	Shipped  selection     `yaml:"shipped"`
	KPIs     []entry       `yaml:"kpis"`

	file string
}

// decode returns the content of a KPI file. The error joins all unknown keys, duplicate keys and
// wrong types in the file. The values are checked later.
func decode(file string, text []byte) (document, error) {
	items, err := decodeItems(file, text)
	if err != nil {
		return document{}, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	decoded := document{file: file}
	if err := decoder.Decode(&decoded); err != nil && !errors.Is(err, io.EOF) {
		return document{}, explainTypes(file, items, err)
	}
	for i := range decoded.KPIs {
		e := &decoded.KPIs[i]
		e.file, e.line, e.SQL.file = file, items[i].Line, file
	}
	return decoded, nil
}

// decodeItems returns the YAML nodes of the entries, for their line numbers.
func decodeItems(file string, text []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var root, second yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil // only comments
	} else if err != nil {
		return nil, fmt.Errorf("%s: decoding YAML: %w; hint: check the indentation at that line and above", file, err)
	}
	if !errors.Is(decoder.Decode(&second), io.EOF) {
		return nil, fmt.Errorf("%s: the file has a second document; hint: remove the line ---", file)
	}
	content := root.Content[0]
	if content.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: the file is not a mapping; hint: the keys are settings, shipped and kpis; "+
			"write the list of KPIs below \"kpis:\"", file, content.Line)
	}
	for i := 0; i+1 < len(content.Content); i += 2 {
		if content.Content[i].Value == "kpis" {
			return content.Content[i+1].Content, nil
		}
	}
	return nil, nil
}

// explainTypes rewrites the errors of the decoder, which begin with "line N: ".
func explainTypes(file string, items []*yaml.Node, err error) error {
	typeErr, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return fmt.Errorf("%s: decoding YAML: %w", file, err)
	}
	var problems []error
	for _, text := range typeErr.Errors {
		var line int
		if _, err := fmt.Sscanf(text, "line %d:", &line); err == nil {
			_, text, _ = strings.Cut(text, ": ")
		}
		what, hint, explained := strings.Cut(text, "; hint: ")
		name := nameAt(items, line)
		switch {
		case explained:
		case strings.HasSuffix(what, "kpi.settingsEntry"):
			name, hint = "settings", "the settings are money, timestamps, schema and timezone"
		case strings.HasSuffix(what, "kpi.document"):
			name, hint = "KPI file", "the keys are settings, shipped and kpis"
		default:
			hint = "the keys of an entry are " + entryKeys + ", each at most once"
		}
		what = strings.NewReplacer(" in type kpi.entry", "", "into kpi.entry", "into an entry",
			" in type kpi.settingsEntry", "", " in type kpi.document", "", "[]kpi.entry", "a list of entries").Replace(what)
		problems = append(problems, problem(file, line, name, what, hint))
	}
	return errors.Join(problems...)
}

func problem(file string, line int, name, what, hint string) error {
	if name == "" {
		name = "(entry without a name)"
	}
	return fmt.Errorf("%s:%d: %s: %s; hint: %s", file, line, name, what, hint)
}

// nameAt returns the name of the entry that contains line, or an empty string.
func nameAt(items []*yaml.Node, line int) (name string) {
	for _, item := range items {
		if item.Line > line {
			break
		}
		name = ""
		for i := 0; i+1 < len(item.Content); i += 2 {
			if item.Content[i].Value == "name" {
				name = item.Content[i+1].Value
			}
		}
	}
	return name
}
