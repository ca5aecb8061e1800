package kpi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decode returns the entries of a KPI file. The error joins all unknown keys, duplicate keys and
// wrong types in the file. The values are checked by validate.
func decode(file string, text []byte) ([]entry, error) {
	items, err := decodeItems(file, text)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var entries []entry
	if err := decoder.Decode(&entries); err != nil && !errors.Is(err, io.EOF) {
		return nil, explainTypes(file, items, err)
	}
	for i := range entries {
		entries[i].file, entries[i].line = file, items[i].Line
	}
	return entries, nil
}

// decodeItems returns the YAML nodes of the entries, for their line numbers.
func decodeItems(file string, text []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil // only comments
	} else if err != nil {
		return nil, fmt.Errorf("%s: decoding YAML: %w; hint: check the indentation at that line and above", file, err)
	}
	if !errors.Is(decoder.Decode(&second), io.EOF) {
		return nil, fmt.Errorf("%s: the file has a second document; hint: remove the line ---", file)
	}
	list := document.Content[0]
	if list.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s:%d: the file is not a list of KPIs; hint: begin each with \"- name: …\"", file, list.Line)
	}
	return list.Content, nil
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
		text = strings.NewReplacer(" in type kpi.entry", "", "into kpi.entry", "into an entry").Replace(text)
		what, hint, explained := strings.Cut(text, "; hint: ")
		if !explained {
			hint = "the keys of an entry are " + entryKeys + ", each at most once"
		}
		problems = append(problems, problem(file, line, nameAt(items, line), what, hint))
	}
	return errors.Join(problems...)
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
