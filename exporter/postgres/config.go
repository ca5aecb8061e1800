package postgres

import (
	"errors"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// Config holds the --postgres.* flags.
type Config struct {
	StatementTimeout time.Duration // of each query
	LockTimeout      time.Duration // of each wait for a lock; some catalog functions need one
	SlowInterval     time.Duration // between runs of the slow collectors, and between choices of statements
	RetryInterval    time.Duration // before a query that the server refused is retried
	SlowThreshold    time.Duration // a statement is slow beyond it
	StatementsLimit  int
	TablesLimit      int
	PinnedTables     []string // names of tables that are exported before larger ones
	IndexesLimit     int
	IndexMinAge      time.Duration // minimum age of the statistics to report an index as unused
	ExposedSchemas   []string      // clients reach them through an API, so their tables need row level security
}

// Register implements source.Module.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("postgres.statement-timeout", "Maximum duration of one query.").
		Default("5s").DurationVar(&c.StatementTimeout)
	app.Flag("postgres.lock-timeout", "Maximum time that one query waits for a lock.").
		Default("200ms").DurationVar(&c.LockTimeout)
	app.Flag("postgres.slow-interval", "How often to measure sizes and to choose the exported statements.").
		Default("1m").DurationVar(&c.SlowInterval)
	app.Flag("postgres.retry-interval", "How long to wait before retrying a query that failed because of a missing "+
		"privilege or extension.").
		Default("5m").DurationVar(&c.RetryInterval)
	app.Flag("postgres.slow-threshold", "Execution time above which a statement counts as slow.").
		Default("1s").DurationVar(&c.SlowThreshold)
	app.Flag("postgres.statements.limit", "Maximum number of exported statements. Totals cover all statements.").
		Default("100").IntVar(&c.StatementsLimit)
	app.Flag("postgres.tables.limit", "Maximum number of exported tables, largest first. Totals cover all tables.").
		Default("100").IntVar(&c.TablesLimit)
	app.Flag("postgres.pinned-table", "Table that is exported even if --postgres.tables.limit larger ones exist (repeatable). "+
		"CoreRowsLost needs it for the tables of core:pg_table:info.").
		Default(coreTables()...).StringsVar(&c.PinnedTables)
	app.Flag("postgres.indexes.limit", "Maximum number of exported indexes, largest first. Totals cover all indexes.").
		Default("300").IntVar(&c.IndexesLimit)
	app.Flag("postgres.indexes.min-age", "Minimum age of the statistics before an index is reported as unused.").
		Default("168h").DurationVar(&c.IndexMinAge)
	app.Flag("postgres.exposed-schema", "Schema that clients reach through an API (repeatable). "+
		"Its tables without row level security are reported.").
		Default("public").StringsVar(&c.ExposedSchemas)
}

// coreTables returns the tables of core:pg_table:info in rules/thresholds.yml.
func coreTables() []string {
	return []string{"User", "Product", "Order", "Payment", "Refund", "Settlement", "Subscription"}
}

func (c Config) validate() error {
	durations := min(c.StatementTimeout, c.LockTimeout, c.SlowInterval, c.RetryInterval, c.SlowThreshold)
	if durations <= 0 || c.IndexMinAge < 0 {
		return errors.New("a --postgres.* duration is not positive; hint: marketplace_exporter --help shows the defaults")
	}
	if min(c.StatementsLimit, c.TablesLimit, c.IndexesLimit) < 0 {
		return errors.New("a --postgres.*.limit is negative; hint: 0 exports only totals")
	}
	return nil
}
