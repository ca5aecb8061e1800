package marketplace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/progress"
)

// ErrExists reports a database that already has a marketplace, which Seed does not touch.
var ErrExists = errors.New(`the database already has a table "User": seed an empty one`)

const (
	defaultUsers = 5000
	minimumUsers = 200
)

// SeedOptions specifies the rows. The same Seed, Users and Now produce the same rows.
type SeedOptions struct {
	Users    int       // number of accounts, at least 200; 0 means 5,000. All other tables grow with it
	Seed     uint64    // selects one of many years
	Now      time.Time // the end of the year of business; zero means the present
	Progress io.Writer // receives a line for each table; nil discards them
}

// Seed creates the schema in an empty database and fills it with a year of business. All of it is
// one transaction: a canceled ctx leaves nothing behind. Seed fails with ErrExists in a database
// that has a marketplace.
func Seed(ctx context.Context, conn *pgx.Conn, opts SeedOptions) error {
	if opts.Users == 0 {
		opts.Users = defaultUsers
	}
	if opts.Users < minimumUsers {
		return fmt.Errorf("seeding %d users: a year of business needs at least %d", opts.Users, minimumUsers)
	}
	if opts.Now.IsZero() {
		opts.Now = time.Now()
	}
	if opts.Progress == nil {
		opts.Progress = io.Discard
	}
	s := seeder{conn: conn, opts: opts}
	if err := pgx.BeginFunc(ctx, conn, func(pgx.Tx) error { return s.fill(ctx) }); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	return s.run(ctx, "statistics", analyze)
}

// analyze waits until the session has reported its counters, which happens when a statement ends
// after more than a second. Otherwise the server adds them to the estimates of ANALYZE, which
// doubles the number of live rows and lets it drop by half at the next ANALYZE.
const analyze = "SELECT pg_sleep(1.1);\nANALYZE;\n"

type seeder struct {
	conn *pgx.Conn
	opts SeedOptions
}

// fill loads the rows before it creates keys and indexes, which takes a third of the time of the
// other order.
func (s seeder) fill(ctx context.Context) error {
	var exists bool
	if err := s.conn.QueryRow(ctx, `SELECT to_regclass('"User"') IS NOT NULL`).Scan(&exists); err != nil {
		return fmt.Errorf("looking for a marketplace: %w", err)
	}
	if exists {
		return ErrExists
	}
	if err := s.run(ctx, "tables", script("schema/types", "schema/people", "schema/catalog", "schema/trade", "schema/platform")); err != nil {
		return err
	}
	rows := s.parameters().Replace(script("seed/setup", "seed/people", "seed/catalog", "seed/sales", "seed/platform"))
	for _, statement := range statements(rows) {
		if err := s.load(ctx, statement); err != nil {
			return err
		}
	}
	for _, name := range []string{"keys", "indexes", "foreign_keys"} {
		if err := s.run(ctx, strings.ReplaceAll(name, "_", " "), script("schema/"+name)); err != nil {
			return err
		}
	}
	return s.exec(ctx, rowSecurity)
}

// rowSecurity protects every table from clients other than the application, which owns the tables,
// as Supabase recommends.
const rowSecurity = `DO $$ BEGIN
	EXECUTE (SELECT string_agg(format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', oid::regclass), '; ')
		FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace);
END $$`

// parameters replaces the variables of the scripts.
func (s seeder) parameters() *strings.Replacer {
	now := s.opts.Now.UTC().Truncate(time.Millisecond)
	return strings.NewReplacer(
		":users", strconv.Itoa(s.opts.Users),
		":seed", strconv.FormatInt(int64(s.opts.Seed), 10), //nolint:gosec // only its bits matter
		":now", now.Format("timestamp '2006-01-02 15:04:05.000'"),
	)
}

// load runs a statement and prints the rows that it adds to a table.
func (s seeder) load(ctx context.Context, statement string) error {
	target := regexp.MustCompile(`(?m)^(?:INSERT INTO|CREATE TABLE) "?\w+`).FindString(statement)
	if target == "" {
		return s.exec(ctx, statement)
	}
	name := strings.NewReplacer("CREATE TABLE ", "preparing ", "INSERT INTO ", "", `"`, "").Replace(target)
	return progress.Step(s.opts.Progress, "  "+name, func() (string, error) {
		started := time.Now()
		tag, err := s.conn.Exec(ctx, statement)
		if err != nil {
			return "", fmt.Errorf("loading %s: %w", name, err)
		}
		rate := float64(tag.RowsAffected()) / time.Since(started).Seconds()
		return fmt.Sprintf("%10d rows %10.0f rows/s", tag.RowsAffected(), rate), nil
	})
}

// run runs a script as one step.
func (s seeder) run(ctx context.Context, name, script string) error {
	return progress.Step(s.opts.Progress, "  "+name, func() (string, error) {
		for _, statement := range statements(script) {
			if err := s.exec(ctx, statement); err != nil {
				return "", err
			}
		}
		return "", nil
	})
}

func (s seeder) exec(ctx context.Context, statement string) error {
	if _, err := s.conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("running %q: %w", statement, err)
	}
	return nil
}
