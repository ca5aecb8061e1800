package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/marketplace"
)

// trafficConnections is what an application behind a small pooler would use.
const trafficConnections = 5

func rateFlag(cmd *kingpin.CmdClause) *float64 {
	return cmd.Flag("rate", "What people do, in operations a second.").Envar("DEMO_RATE").Default("20").Float64()
}

func trafficCommand(cmd *kingpin.CmdClause) command {
	url := databaseFlag(cmd)
	rate := rateFlag(cmd)
	var website websiteFlags
	website.register(cmd)
	return func(ctx context.Context, stdout io.Writer) error {
		log := slog.New(slog.NewTextHandler(stdout, nil))
		if website.url != "" {
			sender, err := website.sender(log)
			if err != nil {
				return err
			}
			stop := runWebsite(ctx, sender)
			defer stop()
		}
		if _, err := fmt.Fprintf(stdout, "about %g operations a second, until Ctrl-C\n", *rate); err != nil {
			return err
		}
		return traffic(ctx, log, *url, *rate)
	}
}

// traffic goes on until ctx is done. Operations that fail are logged.
func traffic(ctx context.Context, log *slog.Logger, url string, rate float64) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("reading the database's URL: %w", err)
	}
	config.MaxConns = trafficConnections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("opening the pool for traffic: %w", err)
	}
	defer pool.Close()
	marketplace.Traffic(ctx, pool, marketplace.TrafficOptions{Rate: rate, Log: log})
	return nil
}
