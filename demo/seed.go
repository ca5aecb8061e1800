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

// sizeFlags selects the seeded rows.
type sizeFlags struct {
	users int
	seed  uint64
}

func (f *sizeFlags) register(cmd *kingpin.CmdClause) {
	cmd.Flag("users", "Number of accounts; all other tables grow with it.").Envar("DEMO_USERS").Default("5000").IntVar(&f.users)
	cmd.Flag("seed", "Seed of the random choices.").Envar("DEMO_SEED").Default("1").Uint64Var(&f.seed)
}

func databaseFlag(cmd *kingpin.CmdClause) *string {
	return cmd.Flag("database.url", "URL of the database. Prefer the environment variable: other users can see arguments.").
		Envar("DATABASE_URL").Required().String()
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
	_, err = fmt.Fprintf(stdout, "seeded %d users and their year in %s\n", size.users, time.Since(started).Round(100*time.Millisecond))
	return err
}

// closeConn closes the connection after the end of ctx, too.
func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the server also notices a lost connection
}
