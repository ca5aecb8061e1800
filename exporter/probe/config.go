package probe

import (
	"log/slog"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config is the configuration of the source.
type Config struct {
	File string // empty: off
}

var _ source.Module = (*Config)(nil)

// Register adds the --probe.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("probe.config-file", "Path to a YAML file with the targets to probe, in the module syntax of blackbox_exporter. "+
		"Probes are off if empty. Read again at a reload. deploy/exporter/probe.example.yml is an example.").
		StringVar(&c.File)
}

// Open implements source.Module.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	logger := deps.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Source{file: c.File, logger: logger, descs: newDescs(), reloaded: make(chan struct{}, 1)}
	s.targets.Store(&[]*target{})
	if !s.Enabled() {
		return s, nil
	}
	return s, s.Reload()
}
