package main

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/exporter/postgres"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel"
)

// modules lists every source that the exporter knows: a new one is a line here and a folder beside it.
func modules() []module {
	return []module{
		&postgres.Config{},
		&kpi.Config{},
		&vercel.Config{},
	}
}

// module is what the package of a source offers: its flags, and the source that they describe. A source may have more
// than [source.Source] asks for: a runner works in the background, a reloader has files, a closer holds something, a
// listener is delivered to, and one that is optional may be off.
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

// enabled returns those of the sources that have something to collect. The others are described all the same.
func enabled(sources []source.Source) []source.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s source.Source) bool {
		o, ok := s.(optional)
		return ok && !o.Enabled()
	})
}

// listen lets the sources that are delivered to take their addresses.
func listen(sources []source.Source) error {
	for _, s := range sources {
		if l, ok := s.(listener); ok {
			if err := l.Listen(); err != nil {
				return err
			}
		}
	}
	return nil
}

// release lets go of what the sources hold, such as connections.
func release(sources []source.Source) {
	for _, s := range sources {
		if c, ok := s.(closer); ok {
			c.Close()
		}
	}
}
