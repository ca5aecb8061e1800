package main

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/exporter/postgres"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel"
)

// modules lists every source that the exporter knows: a new one is a line here and a folder beside it.
func modules() []source.Module {
	return []source.Module{
		&postgres.Config{},
		&kpi.Config{},
		&vercel.Config{},
	}
}

// open makes the sources that config describes.
func open(config *config, logger *slog.Logger) ([]source.Source, error) {
	deps := source.Deps{Logger: logger, Databases: config.Database, Inbound: &inbound.Server{}}
	var sources []source.Source
	for _, m := range config.Modules {
		s, err := m.Open(deps)
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
		o, ok := s.(source.Optional)
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
		if c, ok := s.(source.Closer); ok {
			c.Close()
		}
	}
}
