package kpi

import (
	"fmt"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config is the configuration of the source.
type Config struct {
	File     string        // the operator's KPI file; empty for the shipped KPIs alone
	TimeZone string        // IANA name of the time zone of calendar days, unless the file sets one
	Timeout  time.Duration // of one query, unless its entry sets one
}

var _ source.Module = (*Config)(nil)

// Register adds the --kpi.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("kpi.file", "Path to a YAML file with settings of the database, a selection of the shipped KPIs, and further KPIs. Reloadable.").
		StringVar(&c.File)
	app.Flag("kpi.timezone", "Time zone of calendar days in KPIs, such as Asia/Seoul, unless the KPI file sets one.").
		Default("UTC").StringVar(&c.TimeZone)
	app.Flag("kpi.timeout", "Maximum duration of a KPI's query, unless its entry sets a timeout.").
		Default("30s").DurationVar(&c.Timeout)
}

// Open implements source.Module. The KPIs use the read replica if there is one.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	db, err := database.Open(deps.Databases.Replica(), sourceName)
	if err != nil {
		return nil, err
	}
	s, err := New(*c, db, deps.Logger)
	if err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// defaults returns the settings of an installation without a KPI file.
func (c Config) defaults() Settings {
	return Settings{Money: major, Timestamps: utc, TimeZone: c.TimeZone}
}

func (c Config) validate() error {
	if c.Timeout <= 0 {
		return fmt.Errorf("checking --kpi.timeout: %s is not a positive duration; hint: 30s", c.Timeout)
	}
	if err := checkTimeZone(c.TimeZone); err != nil {
		return fmt.Errorf("checking --kpi.timezone: %w", err)
	}
	return nil
}
