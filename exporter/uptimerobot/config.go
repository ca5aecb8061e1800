package uptimerobot

import (
	"fmt"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// The versions of the API.
const (
	auto = "auto"
	v2   = "v2"
	v3   = "v3"
)

// minInterval respects the limit of the free plan with one call per poll.
const minInterval = time.Minute

// Config is the configuration of the source.
type Config struct {
	KeyFile     string // empty: off
	URL         *url.URL
	Version     string
	Interval    time.Duration
	MaxAge      time.Duration // of the data that scrapes get
	MaxMonitors int
}

var _ source.Module = (*Config)(nil)

// Register adds the --uptimerobot.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("uptimerobot.api-key-file", "Path to a file with an API key of UptimeRobot; a read-only one suffices. "+
		"Monitors are not collected if empty. Read again at a reload.").
		StringVar(&c.KeyFile)
	app.Flag("uptimerobot.api-url", "Address of UptimeRobot's API.").
		Default("https://api.uptimerobot.com").URLVar(&c.URL)
	app.Flag("uptimerobot.api-version", "Version of UptimeRobot's API; auto chooses v2 for keys such as u123-abc or ur123-abc, otherwise v3.").
		Default(auto).EnumVar(&c.Version, auto, v2, v3)
	app.Flag("uptimerobot.interval", "Interval of polling UptimeRobot, at least 1m.").
		Default("1m").DurationVar(&c.Interval)
	app.Flag("uptimerobot.max-age", "How long the last data of UptimeRobot are exported while it does not respond.").
		Default("10m").DurationVar(&c.MaxAge)
	app.Flag("uptimerobot.max-monitors", "Maximum number of monitors to export.").
		Default("100").IntVar(&c.MaxMonitors)
}

// Open implements source.Module.
func (c *Config) Open(source.Deps) (source.Source, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	if c.KeyFile == "" {
		return newSource(*c, nil), nil
	}
	key, err := api.LoadToken("uptimerobot.api-key-file", c.KeyFile)
	if err != nil {
		return nil, err
	}
	return newSource(*c, key), nil
}

func (c *Config) validate() error {
	switch {
	case c.Interval < minInterval:
		return fmt.Errorf("checking --uptimerobot.interval: %s is below 1m, the rate limit of the free plan; hint: 1m", c.Interval)
	case c.MaxAge < c.Interval:
		return fmt.Errorf("checking --uptimerobot.max-age: %s is below the interval of %s; hint: 10m", c.MaxAge, c.Interval)
	case c.MaxMonitors <= 0:
		return fmt.Errorf("checking --uptimerobot.max-monitors: %d is not above zero; hint: 100", c.MaxMonitors)
	case !api.ValidURL(c.URL):
		return fmt.Errorf("checking --uptimerobot.api-url: it is not an HTTP URL; hint: https://api.uptimerobot.com")
	}
	return nil
}
