package pgbouncer

import (
	"errors"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Config holds the --pgbouncer.* flags.
type Config struct {
	URL          string
	URLFile      string
	PasswordFile string
	Timeout      time.Duration // of one collection, including connecting
	PoolsLimit   int
}

var _ source.Module = (*Config)(nil)

// Register implements source.Module.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("pgbouncer.url", "URL of a PgBouncer, to export its pools: postgres://user:password@host:6432/pgbouncer. The user must be in "+
		"its stats_users.").
		StringVar(&c.URL)
	app.Flag("pgbouncer.url-file", "Path to a file with the URL, instead of --pgbouncer.url. It is read for every new connection.").
		StringVar(&c.URLFile)
	app.Flag("pgbouncer.password-file", "Path to a file with the password. It is read for every new connection.").
		StringVar(&c.PasswordFile)
	app.Flag("pgbouncer.timeout", "Maximum duration of a collection from PgBouncer.").
		Default("5s").DurationVar(&c.Timeout)
	app.Flag("pgbouncer.pools.limit", "Maximum number of exported pools, longest waiting time first, and of databases.").
		Default("100").IntVar(&c.PoolsLimit)
}

// Open implements source.Module.
func (c *Config) Open(source.Deps) (source.Source, error) {
	if c.Timeout <= 0 {
		return nil, errors.New("--pgbouncer.timeout is not positive; hint: 5s")
	}
	if c.PoolsLimit < 0 {
		return nil, errors.New("--pgbouncer.pools.limit is negative; hint: 100")
	}
	if !c.enabled() {
		return New(*c, nil), nil
	}
	console, err := database.OpenConsole(c.target(), sourceName)
	if err != nil {
		return nil, err
	}
	return New(*c, console), nil
}

func (c *Config) enabled() bool { return c.URL != "" || c.URLFile != "" }

func (c *Config) target() database.Target {
	return database.NewTarget("pgbouncer", c.URL, c.URLFile, c.PasswordFile, c.Timeout)
}
