package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/internal/promserver"
)

const prometheusPort = 9090

// prometheusConfig scrapes and evaluates more often than in production, to show the effect of a fault sooner. The rules
// are those of production.
const prometheusConfig = `global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 5s
rule_files: [%[1]q]
alerting:
  alertmanagers:
    - static_configs:
        - targets: [%[2]q]
scrape_configs:
  - job_name: marketplace_exporter
    honor_labels: true # drains have the environment of each request
    static_configs:
      - targets: [%[3]q]
        labels: {environment: production}
  - job_name: prometheus
    static_configs:
      - targets: [%[4]q]
        labels: {environment: production}
`

// startPrometheus runs Prometheus between the exporter and Alertmanager, which are given as URLs.
func (d *demo) startPrometheus(ctx context.Context, t tools, exporter, alertmanager string, port int) (url string, err error) {
	port, err = choosePort(ctx, port, prometheusPort)
	if err != nil {
		return "", err
	}
	host := func(url string) string { return strings.TrimPrefix(url, "http://") }
	var server *promserver.Server
	err = d.step("starting Prometheus", func() (err error) {
		config := fmt.Sprintf(prometheusConfig, filepath.Join(t.root, "rules", "*.yml"), host(alertmanager), host(exporter), local(port))
		server, err = promserver.Start(ctx, promserver.Options{Path: t.prometheus, Config: config, Port: port})
		return err
	})
	if err != nil {
		return "", err
	}
	d.keep(part{name: "Prometheus", alive: func() bool { return alive(server.Pid()) }, log: server.Log}, server.Close)
	return server.URL(), d.step("waiting for the first scrape", func() error { return awaitScrape(ctx, server) })
}

// awaitScrape waits until Prometheus has scraped the exporter and the exporter has reached the database.
func awaitScrape(ctx context.Context, server *promserver.Server) error {
	const timeout = time.Minute
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errors.New("no scrape with pg_up 1 within a minute"))
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
