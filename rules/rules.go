// Package rules holds the recording rules, the alerts and the thresholds that they compare with. The YAML beside it is
// what Prometheus loads and what people edit; this package is for programs that need to know what is in it.
package rules

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Files are the rule files, as Prometheus loads them.
//
//go:embed *.yml
var Files embed.FS

// Bundle is everything in the rule files.
type Bundle struct {
	Version string
	Groups  []Group
}

// Group is rules that are evaluated one after another.
type Group struct {
	File     string `yaml:"-"` // without its .yml
	Name     string `yaml:"name"`
	Interval string `yaml:"interval,omitempty"` // from one evaluation to the next, if not that of the server
	Rules    []Rule `yaml:"rules"`
}

// Rule records a series or alerts, according to which of the two names is set. Durations are as Prometheus writes them.
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

// Read reads the rule files at the root of files. It is stricter than Prometheus in nothing but unknown fields.
func Read(files fs.FS) (Bundle, error) {
	names, err := fs.Glob(files, "*.yml")
	if err != nil {
		return Bundle{}, fmt.Errorf("listing the rule files: %w", err)
	}
	var bundle Bundle
	for _, name := range names {
		groups, err := readFile(files, name)
		if err != nil {
			return Bundle{}, fmt.Errorf("reading %s: %w: `promtool check rules` says more", name, err)
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
	defer func() { _ = file.Close() }() // nothing was written
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
