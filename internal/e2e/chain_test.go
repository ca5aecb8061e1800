package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/apptest"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const (
	database    = "marketplace"
	drainSecret = "a secret of the end-to-end tests"

	prometheusConfig = `
global: {scrape_interval: %[1]dms, evaluation_interval: %[1]dms}
rule_files: [%[2]q]
alerting: {alertmanagers: [{static_configs: [{targets: [%[3]q]}]}]}
scrape_configs:
  - job_name: marketplace_exporter
    honor_labels: true
    static_configs: [{targets: [%[4]q], labels: {environment: production}}]
  - job_name: prometheus
    static_configs: [{targets: [%[5]q], labels: {environment: production}}]
  - job_name: alertmanager
    static_configs: [{targets: [%[3]q], labels: {environment: production}}]
`
)

// chain is everything from a database and an application to the receivers of notifications.
type chain struct {
	postgres *pgtest.Server
	website  *drains.Sender
	got      *receivers.Receivers
}

// startChain runs a chain until the test ends, with an application that gets requestRate requests a
// second. It returns when the chain works from end to end.
func startChain(t *testing.T, requestRate float64) chain {
	t.Helper()
	c := chain{postgres: startMarketplace(t)}
	metrics, inbound := startExporter(t, c.postgres.URL(database, "marketplace_exporter:secret"))
	c.website = startWebsite(t, inbound, requestRate)
	const production = 15 * time.Second
	rules := promtest.ScaleRules(t, "../../rules/*.yml", factor())
	c.startAlerting(t, metrics, rules, max(scaled(production), shortestInterval), factor())
	return c
}

// shortestInterval limits the time of a scrape: on a busy machine, 1.5 s, scaled from 15 s, are too
// short. Without scrapes, alerts on the exporter fire as well.
const shortestInterval = 3 * time.Second

// startAlerting starts the receivers, Alertmanager and Prometheus. It returns when the first
// notification has arrived.
func (c *chain) startAlerting(t *testing.T, metrics net.Addr, rules string, interval time.Duration, faster int) {
	t.Helper()
	var err error
	c.got, err = receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.got.Close()) })
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	alertmanager, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: c.got.Access(), Faster: faster})
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(alertmanager.Log())
		}
		require.NoError(t, alertmanager.Close())
	})

	prometheus := promtest.StartScrapingItself(t, func(address string) string {
		return fmt.Sprintf(prometheusConfig, interval.Milliseconds(), rules, alertmanager.Address(), metrics.String(), address)
	})
	prometheus.Await(t, `pg_up == 1`)
	c.awaitWatchdog(t)
}

// startMarketplace starts a server with a seeded database and the role that operators create.
func startMarketplace(t *testing.T) *pgtest.Server {
	t.Helper()
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE DATABASE "+database)
	require.NoError(t, marketplace.Seed(t.Context(), server.Conn(t, database), marketplace.SeedOptions{Users: 200}))
	script, err := os.ReadFile("../../deploy/postgres/monitoring-role.sql")
	require.NoError(t, err)
	server.Exec(t, database, string(script))
	server.Exec(t, database, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")
	return server
}

// startExporter runs the exporter with its required flags, with scaled times and with more flags.
func startExporter(t *testing.T, databaseURL string, flags ...string) (metrics, inbound net.Addr) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(drainSecret), 0o600))
	const cacheDuration, timeoutOffset = 8 * time.Second, 500 * time.Millisecond // the defaults
	exporter := apptest.Start(t, append([]string{
		"--database.url=" + databaseURL,
		"--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file=" + secret,
		"--collect.cache-duration=" + scaled(cacheDuration).String(),
		"--collect.timeout-offset=" + scaled(timeoutOffset).String(), "--kpi.file=" + kpiFile(t),
	}, flags...)...)
	return exporter.Addr(), exporter.InboundAddr()
}

// startWebsite runs an application that sends drains.
func startWebsite(t *testing.T, inbound net.Addr, requestRate float64) *drains.Sender {
	t.Helper()
	website, err := drains.New(drains.Options{
		URL: "http://" + inbound.String(), Secret: drainSecret, Rate: requestRate,
	})
	require.NoError(t, err)
	run(t, func(ctx context.Context) error {
		website.Run(ctx)
		return nil
	})
	return website
}

// run runs f until the test ends. Then it cancels f's context and waits for f.
func run(t *testing.T, f func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
}
