// Package allow reduces values of requests to label values. Routes, hosts and events come from
// allowlists that an operator can replace; everything else comes from fixed lists.
//
// A value that is on no list becomes "other". No other part of a request may become a label or a
// log line, so the number of series is bounded whatever clients send.
package allow

import (
	"bytes"
	"cmp"
	_ "embed" // for the directives below
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

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

// content is the content of a file. A list that the file does not contain is nil.
type content struct {
	Routes    *[]string            `yaml:"routes"`
	Hosts     *[]string            `yaml:"hosts"`
	Events    *map[string]Event    `yaml:"events"`
	LogEvents *map[string][]string `yaml:"log_events"`
}

// Load returns the default lists, replaced by those that the files contain. The error names the
// file and what to do.
func Load(files Files) (*Lists, error) {
	var defaults, own content
	if err := errors.Join(yaml.Unmarshal(defaultRoutes, &defaults), yaml.Unmarshal(defaultEvents, &defaults)); err != nil {
		return nil, fmt.Errorf("parsing the default lists: %w", err)
	}
	if err := errors.Join(own.read(files.Routes), own.read(files.Events)); err != nil {
		return nil, err
	}
	routes, routesErr := NewRoutes(*cmp.Or(own.Routes, defaults.Routes))
	hosts, hostsErr := NewHosts(*cmp.Or(own.Hosts, defaults.Hosts))
	events, eventsErr := NewEvents(*cmp.Or(own.Events, defaults.Events), *cmp.Or(own.LogEvents, defaults.LogEvents))
	if err := errors.Join(routesErr, hostsErr); err != nil {
		return nil, fmt.Errorf("%s: %w", files.Routes, err)
	}
	if eventsErr != nil {
		return nil, fmt.Errorf("%s: %w", files.Events, eventsErr)
	}
	return &Lists{Routes: routes, Hosts: hosts, Events: events}, nil
}

// read adds the lists of a file, if there is one.
func (c *content) read(file string) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the lists of --vercel.*-file: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w; hint: docs/vercel.md describes the format", file, err)
	}
	return nil
}

// Initializer creates series before their first event, because alerts on rates need a sample at 0.
// Some labels, such as the environment, are known only once rows arrive: the series of each such
// key are created with its first row. The zero value is ready. It is safe for concurrent use.
type Initializer[K comparable] struct {
	mu    sync.RWMutex
	lists *Lists
	keys  map[K]struct{}
}

// Ensure calls initialize for key if it is new. After a reload, the next call does so for all keys,
// because the new lists may have more series.
func (i *Initializer[K]) Ensure(key K, lists *Lists, initialize func(K)) {
	i.mu.RLock()
	_, found := i.keys[key]
	found = found && i.lists == lists
	i.mu.RUnlock()
	if found {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.lists != lists {
		i.lists = lists
		for known := range i.keys {
			initialize(known)
		}
	}
	if i.keys == nil {
		i.keys = map[K]struct{}{}
	}
	i.keys[key] = struct{}{}
	initialize(key) // harmless if it has just been done
}
