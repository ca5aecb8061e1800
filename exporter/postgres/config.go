package postgres

import (
	"errors"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// Config is what an operator can set. Durations are as Go writes them.
type Config struct {
	StatementTimeout time.Duration // of each query
	LockTimeout      time.Duration // waiting for a lock that some catalogue function takes
	SlowInterval     time.Duration // between runs of the slow tier: sizes, choices, texts
	RetryInterval    time.Duration // before a family that the server refused is tried again
	Slow             time.Duration // from where on a statement counts as slow
	StatementsLimit  int
	TablesLimit      int
	IndexesLimit     int
	IndexMinAge      time.Duration // of the statistics, before an index can be called unused
	ExposedSchemas   []string      // reachable by clients through an API, so that row level security must guard them
}

// Register adds the --postgres.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("postgres.statement-timeout", "How long one query of a scrape may run.").
		Default("5s").DurationVar(&c.StatementTimeout)
	app.Flag("postgres.lock-timeout", "How long one query of a scrape may wait for a lock.").
		Default("200ms").DurationVar(&c.LockTimeout)
	app.Flag("postgres.slow-interval", "How often sizes are measured and statements, tables and indexes are chosen.").
		Default("1m").DurationVar(&c.SlowInterval)
	app.Flag("postgres.retry-interval", "When to try again what the server refused for want of a privilege or extension.").
		Default("5m").DurationVar(&c.RetryInterval)
	app.Flag("postgres.slow", "From where on a statement counts as slow.").
		Default("1s").DurationVar(&c.Slow)
	app.Flag("postgres.statements.limit", "Statements exported at most; totals cover all of them.").
		Default("100").IntVar(&c.StatementsLimit)
	app.Flag("postgres.tables.limit", "Tables exported at most, the largest first; totals cover all of them.").
		Default("100").IntVar(&c.TablesLimit)
	app.Flag("postgres.indexes.limit", "Indexes exported at most, the largest first; totals cover all of them.").
		Default("300").IntVar(&c.IndexesLimit)
	app.Flag("postgres.indexes.min-age", "How old the statistics must be before an index can be called unused.").
		Default("168h").DurationVar(&c.IndexMinAge)
	app.Flag("postgres.exposed-schema", "Schema whose tables clients reach through an API (repeatable).").
		Default("public").StringsVar(&c.ExposedSchemas)
}

func (c Config) validate() error {
	if min(c.StatementTimeout, c.LockTimeout, c.SlowInterval, c.RetryInterval, c.Slow) <= 0 || c.IndexMinAge < 0 {
		return errors.New("a --postgres.* duration is not above zero; hint: marketplace_exporter --help shows the defaults")
	}
	if min(c.StatementsLimit, c.TablesLimit, c.IndexesLimit) < 0 {
		return errors.New("a --postgres.*.limit is negative; hint: 0 exports totals alone")
	}
	return nil
}
