package oncall

import (
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config is the configuration of the source.
type Config struct {
	File string // empty: off
}

var _ source.Module = (*Config)(nil)

// Register adds the --oncall.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("oncall.config-file", "Path to a YAML file with the on-call schedule: people, rotations, overrides and holidays. "+
		"Off if empty. Read again at a reload. deploy/exporter/oncall.example.yml is an example.").
		StringVar(&c.File)
}

// Open implements source.Module.
func (c *Config) Open(source.Deps) (source.Source, error) {
	s := &Source{file: c.File, descs: newDescs(), now: time.Now}
	return s, s.Reload()
}
