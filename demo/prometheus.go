package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/internal/promserver"
)

const prometheusPort = 9090

// prometheusConfig scrapes more often than one would in production, so that there is something to see at once.
const prometheusConfig = `global:
  scrape_interval: 5s
  scrape_timeout: 4s
scrape_configs:
  - job_name: marketplace_exporter
    static_configs:
      - targets: [%q]
  - job_name: prometheus
    static_configs:
      - targets: [%q]
`

func (d *demo) startPrometheus(ctx context.Context, program, exporterURL string, asked int) (url string, err error) {
	port, err := choosePort(ctx, asked, prometheusPort)
	if err != nil {
		return "", err
	}
	var server *promserver.Server
	err = d.step("starting Prometheus", func() (err error) {
		config := fmt.Sprintf(prometheusConfig, strings.TrimPrefix(exporterURL, "http://"), local(port))
		server, err = promserver.Start(ctx, promserver.Options{Path: program, Config: config, Port: port})
		return err
	})
	if err != nil {
		return "", err
	}
	d.keep(process{name: "Prometheus", pid: server.Pid(), log: server.Log}, server.Close)
	return server.URL(), d.step("waiting for the first scrape", func() error { return awaitScrape(ctx, server) })
}

// awaitScrape waits until Prometheus has found the exporter, and the exporter the database.
func awaitScrape(ctx context.Context, server *promserver.Server) error {
	const patience = time.Minute
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("no scrape with pg_up 1 within a minute"))
	defer cancel()
	for {
		samples, err := server.Query(ctx, "pg_up == 1")
		if err == nil && len(samples) > 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
