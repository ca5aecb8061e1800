package kpi

import (
	"fmt"
	"regexp"
	"time"
	_ "time/tzdata" // a container image without a time zone database must not refuse Asia/Seoul

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config says which KPIs run and how.
type Config struct {
	File     string        // the operator's KPI file; empty for the shipped KPIs alone
	TimeZone string        // IANA name of the zone whose calendar days count
	Timeout  time.Duration // of one query, unless its entry has its own
}

// Register adds the --kpi.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("kpi.file", "YAML file of KPIs that overrides shipped ones by name, or adds to them. Read again at a reload.").
		StringVar(&c.File)
	app.Flag("kpi.timezone", "Time zone of calendar days in KPIs, such as Asia/Seoul.").
		Default("UTC").StringVar(&c.TimeZone)
	app.Flag("kpi.timeout", "How long a KPI's query may take, where its entry says nothing.").
		Default("30s").DurationVar(&c.Timeout)
}

// Open implements what the exporter asks of a module: the source that c describes, on the read replica if there is one.
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

// lockTimeout is short: whoever holds a lock on a table of the shop is doing something more important.
const lockTimeout = time.Second

// workMem keeps the set of a million users out of temporary files. It is for the one connection that KPIs have.
const workMem = "32MB"

// Limits returns what bounds the transaction of d.
func (c Config) Limits(d Definition) database.Limits {
	return database.Limits{Statement: d.Timeout, Lock: lockTimeout, TimeZone: c.TimeZone, WorkMem: workMem}
}

func (c Config) validate() error {
	if c.Timeout <= 0 {
		return fmt.Errorf("checking --kpi.timeout: %s is no time to run a query; hint: 30s", c.Timeout)
	}
	return c.validateTimeZone()
}

// validateTimeZone admits what Go and Postgres understand alike. Postgres would take "UTC+9" too, and mean nine hours
// west of Greenwich by it; Go takes "Local" and the empty string.
func (c Config) validateTimeZone() error {
	wellFormed := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`).MatchString(c.TimeZone)
	_, err := time.LoadLocation(c.TimeZone)
	if err != nil || !wellFormed || c.TimeZone == "Local" {
		return fmt.Errorf("checking --kpi.timezone: %q is no time zone; hint: a name of the IANA database, "+
			"such as Asia/Seoul or UTC, not an abbreviation or an offset", c.TimeZone)
	}
	return nil
}
