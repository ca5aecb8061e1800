package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/marketplace"
)

// sizeFlags are the flags that say which marketplace to make.
type sizeFlags struct {
	users int
	seed  uint64
}

func (f *sizeFlags) register(cmd *kingpin.CmdClause) {
	cmd.Flag("users", "Number of accounts; everything else grows with it.").Envar("DEMO_USERS").Default("5000").IntVar(&f.users)
	cmd.Flag("seed", "Another seed, another year.").Envar("DEMO_SEED").Default("1").Uint64Var(&f.seed)
}

func databaseFlag(cmd *kingpin.CmdClause) *string {
	return cmd.Flag("database.url", "The database; prefer the variable, arguments are seen by everybody.").Envar("DATABASE_URL").
		Required().String()
}

func seedCommand(cmd *kingpin.CmdClause) command {
	var size sizeFlags
	size.register(cmd)
	url := databaseFlag(cmd)
	return func(ctx context.Context, stdout io.Writer) error { return seed(ctx, stdout, *url, size) }
}

func seed(ctx context.Context, stdout io.Writer, url string, size sizeFlags) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to the database to seed: %w", err)
	}
	defer closeConn(ctx, conn)
	started := time.Now()
	opts := marketplace.SeedOptions{Users: size.users, Seed: size.seed, Progress: stdout}
	if err := marketplace.Seed(ctx, conn, opts); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "  %d users and their year in %s\n", size.users, time.Since(started).Round(100*time.Millisecond))
	return err
}

// closeConn says goodbye even when the context of the work is over.
func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the server notices anyway
}
