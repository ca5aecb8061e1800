package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
)

func databaseFlag(cmd *kingpin.CmdClause) *string {
	return cmd.Flag("database.url", "URL of the database. Prefer the environment variable: other users can see arguments.").
		Envar("DATABASE_URL").Required().String()
}

// sizeFlags selects the seeded rows.
func sizeFlags(cmd *kingpin.CmdClause) *marketplace.SeedOptions {
	var opts marketplace.SeedOptions
	cmd.Flag("users", "Number of accounts; all other tables grow with it.").Envar("DEMO_USERS").Default("5000").IntVar(&opts.Users)
	cmd.Flag("seed", "Seed of the random choices.").Envar("DEMO_SEED").Default("1").Uint64Var(&opts.Seed)
	return &opts
}

// rateFlag selects the load of the database and of the website, so that both report as many
// purchases.
func rateFlag(cmd *kingpin.CmdClause) *float64 {
	return cmd.Flag("rate", "User actions a second. Each action causes two requests of the website.").Envar("DEMO_RATE").Default("20").Float64()
}

const requestsPerAction = 2

func seedCommand(cmd *kingpin.CmdClause) command {
	opts, url := sizeFlags(cmd), databaseFlag(cmd)
	return func(ctx context.Context, stdout io.Writer) error { return seed(ctx, stdout, *url, *opts) }
}

func seed(ctx context.Context, stdout io.Writer, url string, opts marketplace.SeedOptions) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to the database to seed: %w", err)
	}
	defer closeConn(ctx, conn)
	started := time.Now()
	opts.Progress = stdout
	if err := marketplace.Seed(ctx, conn, opts); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "seeded %d users and their year in %s\n", opts.Users, time.Since(started).Round(100*time.Millisecond))
	return err
}

// closeConn closes the connection after the end of ctx, too.
func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the server also notices a lost connection
}

func trafficCommand(cmd *kingpin.CmdClause) command {
	url, rate := databaseFlag(cmd), rateFlag(cmd)
	drainsURL := cmd.Flag("vercel.url", "URL at which the exporter receives drains, such as http://localhost:9848. Without it, none are sent.").
		Envar("DEMO_VERCEL_URL").String()
	secretFile := cmd.Flag("vercel.secret-file", "Path to the secret that signs the drains, as in the exporter's flag.").
		Envar("DEMO_VERCEL_SECRET_FILE").String()
	return func(ctx context.Context, stdout io.Writer) error {
		log := slog.New(slog.NewTextHandler(stdout, nil))
		if *drainsURL != "" {
			secret, err := readSecret(*secretFile)
			if err != nil {
				return err
			}
			sender, err := drains.New(drains.Options{URL: *drainsURL, Secret: secret, Rate: requestsPerAction * *rate, Log: log})
			if err != nil {
				return err
			}
			defer background(ctx, sender.Run)()
		}
		users, err := traffic(ctx, *url, marketplace.TrafficOptions{Rate: *rate, Log: log})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "about %g actions a second, until Ctrl-C\n", *rate)
		users(ctx)
		return err
	}
}

// readSecret returns the first secret of a file. The others are for receivers while the secret is
// rotated.
func readSecret(path string) (string, error) {
	if path == "" {
		return "", errors.New("sending drains: no secret; hint: set --vercel.secret-file")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the secret of the drains: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line, nil
		}
	}
	return "", nil
}

// traffic returns a function that runs users and jobs, on as many connections as an application
// behind a small pooler has.
func traffic(ctx context.Context, url string, opts marketplace.TrafficOptions) (run func(context.Context), err error) {
	const connections = 5
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database's URL: %w", err)
	}
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the pool for traffic: %w", err)
	}
	return func(ctx context.Context) {
		defer pool.Close()
		marketplace.Traffic(ctx, pool, opts)
	}, nil
}
