package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
)

func rateFlag(cmd *kingpin.CmdClause) *float64 {
	return cmd.Flag("rate", "User actions a second.").Envar("DEMO_RATE").Default("20").Float64()
}

func requestsFlag(cmd *kingpin.CmdClause) *float64 {
	return cmd.Flag("vercel.rate", "Requests of the website a second.").Envar("DEMO_VERCEL_RATE").Default("300").Float64()
}

func trafficCommand(cmd *kingpin.CmdClause) command {
	url := databaseFlag(cmd)
	rate := rateFlag(cmd)
	requests := requestsFlag(cmd)
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
			sender, err := drains.New(drains.Options{URL: *drainsURL, Secret: secret, Rate: *requests, Log: log})
			if err != nil {
				return err
			}
			defer background(ctx, sender.Run)()
		}
		pool, err := openPool(ctx, *url)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "about %g actions a second, until Ctrl-C\n", *rate); err != nil {
			return err
		}
		traffic(ctx, log, pool, *rate)
		return nil
	}
}

// readSecret returns the first secret of a file. The others are for receivers while the secret is rotated.
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

// openPool returns as many connections as an application behind a small pooler uses.
func openPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
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
	return pool, nil
}

// traffic runs until ctx is done, and closes the pool.
func traffic(ctx context.Context, log *slog.Logger, pool *pgxpool.Pool, rate float64) {
	defer pool.Close()
	marketplace.Traffic(ctx, pool, marketplace.TrafficOptions{Rate: rate, Log: log})
}
