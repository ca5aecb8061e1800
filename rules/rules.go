// Package rules contains the recording rules, the alerts and their thresholds.
//
// Prometheus loads the YAML files of this folder. The package reads the same files for programs
// that need their content, such as the generators of dashboards and docs.
package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Files contains the rule files.
//
//go:embed *.yml
var Files embed.FS

// Bundle is the content of all rule files.
type Bundle struct {
	Version string
	Groups  []Group
}

// Group is a list of rules that Prometheus evaluates in order.
type Group struct {
	File     string `yaml:"-"` // without the extension .yml
	Name     string `yaml:"name"`
	Interval string `yaml:"interval,omitempty"` // of evaluations; empty for the default of the server
	Rules    []Rule `yaml:"rules"`
}

// Rule is a recording rule if Record is set, or an alert if Alert is set. Durations are in
// Prometheus' format.
type Rule struct {
	Record        string            `yaml:"record,omitempty"`
	Alert         string            `yaml:"alert,omitempty"`
	Expr          string            `yaml:"expr"`
	For           string            `yaml:"for,omitempty"`
	KeepFiringFor string            `yaml:"keep_firing_for,omitempty"`
	Labels        map[string]string `yaml:"labels,omitempty"`
	Annotations   map[string]string `yaml:"annotations,omitempty"`
}

// Load reads the embedded files.
func Load() (Bundle, error) {
	return Read(Files)
}

// overridesFile is the start of the names of the user's overrides and of their example.
const overridesFile = "overrides."

// Shipped reports whether a rule file is not the user's overrides or their example.
func Shipped(name string) bool { return !strings.HasPrefix(name, overridesFile) }

// Read reads the rule files at the root of files, without the user's overrides. It only rejects
// invalid YAML and unknown fields.
func Read(files fs.FS) (Bundle, error) {
	names, err := fs.Glob(files, "*.yml")
	if err != nil {
		return Bundle{}, fmt.Errorf("listing the rule files: %w", err)
	}
	var bundle Bundle
	for _, name := range names {
		if !Shipped(name) {
			continue
		}
		groups, err := readFile(files, name)
		if err != nil {
			return Bundle{}, fmt.Errorf("reading %s: %w; hint: run promtool check rules", name, err)
		}
		bundle.Groups = append(bundle.Groups, groups...)
	}
	for rule := range bundle.All() {
		if rule.Record == infoSeries {
			bundle.Version = rule.Labels["version"]
		}
	}
	return bundle, nil
}

func readFile(files fs.FS, name string) ([]Group, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var document struct {
		Groups []Group `yaml:"groups"`
	}
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	for i := range document.Groups {
		document.Groups[i].File = strings.TrimSuffix(name, ".yml")
	}
	return document.Groups, nil
}
