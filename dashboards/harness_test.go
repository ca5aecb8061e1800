package dashboards_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/apptest"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const database = "marketplace"

// liveConfig scrapes the exporter twice, as a redundant pair, so that every query sees duplicate
// series. Targets have the environment that the drains report. Prometheus sends alerts to an
// Alertmanager that does not exist, and counts the failures. The scraped one gets no alerts.
const liveConfig = `
global: {scrape_interval: 4s, scrape_timeout: 4s, evaluation_interval: 2s}
rule_files: [%[1]q]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:1"]}]}]}
scrape_configs:
  - job_name: marketplace_exporter
    honor_labels: true # rows have the label environment
    static_configs:
      - {targets: [%[2]q], labels: {environment: production}}
      - {targets: [%[2]q], labels: {environment: production, instance: second}}
  - job_name: prometheus
    static_configs:
      - {targets: [%[3]q], labels: {environment: production}}
  - job_name: alertmanager
    static_configs:
      - {targets: [%[4]q], labels: {environment: production}}
`

// startStack starts a marketplace with traffic, an exporter, and a Prometheus that scrapes it and
// loads the rules.
func startStack(t *testing.T) *promtest.Server {
	t.Helper()
	exporter := startExporter(t, startMarketplace(t))
	rules := promtest.ScaleRules(t, "../rules/*.yml", 30) // some groups have an interval of a minute
	alertmanager := startAlertmanager(t)
	return promtest.StartScrapingItself(t, func(address string) string {
		return fmt.Sprintf(liveConfig, rules, exporter, address, alertmanager)
	})
}

// startAlertmanager returns the address of an Alertmanager without receivers.
func startAlertmanager(t *testing.T) string {
	t.Helper()
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	const nowhere = "http://127.0.0.1:1"
	server, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: receivers.Access{
		SMTP: "127.0.0.1:1", Slack: nowhere, PagerDuty: nowhere, SNS: nowhere, DeadMansSwitch: nowhere, Phone: "+8210",
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server.Address()
}

// startMarketplace starts a seeded database with traffic until the test ends. It returns the URL
// for the monitoring role.
func startMarketplace(t *testing.T) string {
	t.Helper()
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", "CREATE DATABASE "+database)
	server.Exec(t, database, "CREATE EXTENSION pg_stat_statements")
	require.NoError(t, marketplace.Seed(t.Context(), server.Conn(t, database), marketplace.SeedOptions{Users: 200}))
	script, err := os.ReadFile("../deploy/postgres/monitoring-role.sql")
	require.NoError(t, err)
	server.Exec(t, database, string(script))
	server.Exec(t, database, "ALTER ROLE marketplace_exporter PASSWORD 'secret'")

	pool, err := pgxpool.New(t.Context(), server.URL(database, pgserver.Superuser))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		marketplace.Traffic(ctx, pool, marketplace.TrafficOptions{})
	}()
	t.Cleanup(func() {
		stop()
		<-done
		pool.Close()
	})
	return server.URL(database, "marketplace_exporter:secret")
}

// startExporter runs the exporter and sends drains to it until the test ends. It returns its
// address.
func startExporter(t *testing.T, databaseURL string) string {
	t.Helper()
	exporter := apptest.Start(t, "--database.url="+databaseURL,
		"--postgres.indexes.min-age=1s", "--postgres.slow-interval=2s",
		"--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file="+secretFile(t))
	sendDrains(t, "http://"+exporter.InboundAddr().String())
	return exporter.Addr().String()
}

// get returns the data of a response of Prometheus' API. It fails the test unless the request
// succeeds.
func get(t *testing.T, server *promtest.Server, path string, parameters url.Values) json.RawMessage {
	t.Helper()
	body, err := fetch(t.Context(), server.URL()+path+"?"+parameters.Encode())
	require.NoError(t, err, parameters.Get("query"))
	var response struct{ Data json.RawMessage }
	require.NoError(t, json.Unmarshal(body, &response))
	return response.Data
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	return body, err
}
