package allow

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
var defaultRoutes []byte

//go:embed events.yaml
var defaultEvents []byte

// maxEntries limits each list, because each route is some dozens of series.
const maxEntries = 200

// Files are the paths of YAML files that replace the default lists. Either may be empty.
type Files struct {
	Routes string
	Events string
}

// Lists are the allowlists. They do not change: a reload creates new ones.
type Lists struct {
	Routes *Routes
	Hosts  *Hosts
	Events *Events
}

// The contents of the two files. A list that a file does not contain is nil.
type (
	routesFile struct {
		Routes []string `yaml:"routes"`
		Hosts  []string `yaml:"hosts"`
	}
	eventsFile struct {
		Events    map[string]Event    `yaml:"events"`
		LogEvents map[string][]string `yaml:"log_events"`
	}
)

// Load returns the default lists, replaced by those that the files contain. The error names the
// file and what to do.
func Load(files Files) (*Lists, error) {
	paths, ownPaths, err := read[routesFile](defaultRoutes, files.Routes)
	if err != nil {
		return nil, err
	}
	if ownPaths.Routes != nil {
		paths.Routes = ownPaths.Routes
	}
	if ownPaths.Hosts != nil {
		paths.Hosts = ownPaths.Hosts
	}
	names, ownNames, err := read[eventsFile](defaultEvents, files.Events)
	if err != nil {
		return nil, err
	}
	if ownNames.Events != nil {
		names.Events = ownNames.Events
	}
	if ownNames.LogEvents != nil {
		names.LogEvents = ownNames.LogEvents
	}
	routes, routesErr := NewRoutes(paths.Routes)
	hosts, hostsErr := NewHosts(paths.Hosts)
	events, eventsErr := NewEvents(names.Events, names.LogEvents)
	if err := errors.Join(inFile(files.Routes, routesErr), inFile(files.Routes, hostsErr), inFile(files.Events, eventsErr)); err != nil {
		return nil, err
	}
	return &Lists{Routes: routes, Hosts: hosts, Events: events}, nil
}

func inFile(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", file, err)
}

// read returns the default lists and those of the file, which are empty if there is no file.
func read[T any](text []byte, file string) (defaults, own T, err error) {
	if err := yaml.Unmarshal(text, &defaults); err != nil {
		return defaults, own, fmt.Errorf("parsing the default lists: %w", err)
	}
	if file == "" {
		return defaults, own, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return defaults, own, fmt.Errorf("reading the lists of --vercel.*-file: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&own); err != nil && !errors.Is(err, io.EOF) {
		return defaults, own, fmt.Errorf("%s: %w; hint: docs/vercel.md describes the format", file, err)
	}
	return defaults, own, nil
}
