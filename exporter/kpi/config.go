package kpi

import (
	"fmt"
	"regexp"
	"time"
	_ "time/tzdata" // for container images without a time zone database

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config is the configuration of the source.
type Config struct {
	File     string        // the operator's KPI file; empty for the shipped KPIs alone
	TimeZone string        // IANA name of the time zone of calendar days
	Timeout  time.Duration // of one query, unless its entry sets one
}

var _ source.Module = (*Config)(nil)

// Register adds the --kpi.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("kpi.file", "Path to a YAML file of KPIs that are added to the shipped ones, or override them by name. Reloadable.").
		StringVar(&c.File)
	app.Flag("kpi.timezone", "Time zone of calendar days in KPIs, such as Asia/Seoul.").
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

// lockTimeout is short, because the work of the marketplace is more important than a KPI.
const lockTimeout = time.Second

// workMem keeps the hash table of a million users out of temporary files. All KPIs share one
// connection, so the server allocates it only once.
const workMem = "32MB"

// Limits returns the limits of the transaction of d.
func (c Config) Limits(d Definition) database.Limits {
	return database.Limits{Statement: d.Timeout, Lock: lockTimeout, TimeZone: c.TimeZone, WorkMem: workMem}
}

func (c Config) validate() error {
	if c.Timeout <= 0 {
		return fmt.Errorf("checking --kpi.timeout: %s is not a positive duration; hint: 30s", c.Timeout)
	}
	return c.validateTimeZone()
}

// validateTimeZone accepts the names that mean the same to Go and Postgres. Postgres also accepts
// "UTC+9", but as nine hours west of Greenwich; Go also accepts "Local" and the empty string.
func (c Config) validateTimeZone() error {
	wellFormed := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`).MatchString(c.TimeZone)
	_, err := time.LoadLocation(c.TimeZone)
	if err != nil || !wellFormed || c.TimeZone == "Local" {
		return fmt.Errorf("checking --kpi.timezone: %q is not a time zone; hint: a name of the IANA database, "+
			"such as Asia/Seoul or UTC, not an abbreviation or an offset", c.TimeZone)
	}
	return nil
}
