package maintenance

import (
	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config is the configuration of the source.
type Config struct {
	File string // empty: off
}

var _ source.Module = (*Config)(nil)

// Register adds the --maintenance.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("maintenance.config-file", "Path to a YAML file with planned maintenance windows. "+
		"There are none if empty. Read again at a reload. deploy/exporter/maintenance.example.yml is an example.").
		StringVar(&c.File)
}

// Open implements source.Module.
func (c *Config) Open(source.Deps) (source.Source, error) {
	s := &Source{file: c.File, descs: newDescs()}
	s.windows.Store(&[]window{})
	return s, s.Reload()
}
