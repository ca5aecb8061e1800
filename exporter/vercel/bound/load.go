package bound

import (
	"bytes"
	_ "embed" // for the directives below
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

//go:embed routes.yaml
var shippedRoutes []byte

//go:embed events.yaml
var shippedEvents []byte

// Files name what an operator has instead of the shipped lists; either may be empty.
type Files struct {
	Routes string // path of a YAML file
	Events string // path of a YAML file
}

// Lists are everything that is allowed. They do not change: a reload makes new ones.
type Lists struct {
	Routes *Routes
	Hosts  *Hosts
	Events *Events
}

// paths is a routes file, words an events file. What a file does not have is nil.
type (
	paths struct {
		Routes []string `yaml:"routes"`
		Hosts  []string `yaml:"hosts"`
	}
	words struct {
		Events    map[string]Event    `yaml:"events"`
		LogEvents map[string][]string `yaml:"log_events"`
	}
)

// Load reads the shipped lists, and those of files in their place. The error names the file and what to do.
func Load(files Files) (*Lists, error) {
	shippedPaths, ownPaths, err := read[paths](shippedRoutes, files.Routes)
	if err != nil {
		return nil, err
	}
	shippedWords, ownWords, err := read[words](shippedEvents, files.Events)
	if err != nil {
		return nil, err
	}
	if ownPaths.Routes == nil {
		ownPaths.Routes = shippedPaths.Routes
	}
	if ownPaths.Hosts == nil {
		ownPaths.Hosts = shippedPaths.Hosts
	}
	if ownWords.Events == nil {
		ownWords.Events = shippedWords.Events
	}
	if ownWords.LogEvents == nil {
		ownWords.LogEvents = shippedWords.LogEvents
	}
	routes, routesErr := NewRoutes(ownPaths.Routes)
	hosts, hostsErr := NewHosts(ownPaths.Hosts)
	events, eventsErr := NewEvents(ownWords.Events, ownWords.LogEvents)
	if err := errors.Join(at(files.Routes, routesErr), at(files.Routes, hostsErr), at(files.Events, eventsErr)); err != nil {
		return nil, err
	}
	return &Lists{Routes: routes, Hosts: hosts, Events: events}, nil
}

func at(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", file, err)
}

// read returns the shipped lists and those of the file, none if there is no file.
func read[T any](shipped []byte, file string) (standard, own T, err error) {
	if err := yaml.Unmarshal(shipped, &standard); err != nil {
		return standard, own, fmt.Errorf("reading the shipped lists: %w", err)
	}
	if file == "" {
		return standard, own, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return standard, own, fmt.Errorf("reading the lists of --vercel.*-file: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&own); err != nil && !errors.Is(err, io.EOF) {
		return standard, own, fmt.Errorf("%s: %w; hint: docs/vercel.md says what may be in it", file, err)
	}
	return standard, own, nil
}
