package main

import (
	"fmt"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/exporter/postgres"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// modules lists every source that the exporter knows: a new one is a line here and a folder beside it.
func modules() []module {
	return []module{
		&postgres.Config{},
		&kpi.Config{},
	}
}

// module is what the package of a source offers: its flags, and the source that they describe. A source may have more
// than [source.Source] asks for: a runner works in the background, a reloader has files, a closer holds something.
type module interface {
	Register(app *kingpin.Application)
	Open(databases database.Config, logger *slog.Logger) (source.Source, error)
}

// open makes the sources that config describes.
func open(config *config, logger *slog.Logger) ([]source.Source, error) {
	var sources []source.Source
	for _, m := range config.Modules {
		s, err := m.Open(config.Database, logger)
		if err != nil {
			release(sources)
			return nil, fmt.Errorf("setting up a source: %w", err)
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// release lets go of what the sources hold, such as connections.
func release(sources []source.Source) {
	for _, s := range sources {
		if c, ok := s.(closer); ok {
			c.Close()
		}
	}
}
