package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const database = "marketplace"

// prometheusConfig has the intervals of production.
const prometheusConfig = `
global: {scrape_interval: 15s, evaluation_interval: 15s}
rule_files: [%q]
alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}
scrape_configs:
  - job_name: marketplace_exporter
    honor_labels: true
    static_configs: [{targets: [%q], labels: {environment: production}}]
`

// chain is everything between a database and the people who are told of it.
type chain struct {
	postgres *pgtest.Server
	website  *drains.Sender
	got      *receivers.Receivers
}

// startChain runs it on a database of its own until the test ends, and waits until it works from one end to the other.
func startChain(t *testing.T, exporter string) chain {
	t.Helper()
	c := chain{postgres: startMarketplace(t)}
	target, vercel := startExporter(t, exporter, c.postgres.URL(database, "marketplace_exporter:secret"))
	c.website = startWebsite(t, vercel)

	var err error
	c.got, err = receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.got.Close()) })
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	alertmanager, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: c.got.Access()})
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(alertmanager.Log())
		}
		require.NoError(t, alertmanager.Close())
	})

	rules, err := filepath.Abs("../../rules/*.yml")
	require.NoError(t, err)
	prometheus := promtest.Start(t, fmt.Sprintf(prometheusConfig, rules, strings.TrimPrefix(alertmanager.URL(), "http://"), target))
	prometheus.Await(t, `pg_up == 1`)
	c.awaitWatchdog(t)
	return c
}

// startMarketplace is a cluster with a seeded database and the role that operators are told to create.
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

// buildExporter makes the program as `make build` does.
func buildExporter(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "marketplace_exporter")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../exporter").CombinedOutput()
	require.NoError(t, err, string(built))
	return program
}

// drainSecret is what the website signs with.
const drainSecret = "a secret of the test"

// startWebsite has one send drains until the test ends, a tenth as busy as that of the demo.
func startWebsite(t *testing.T, vercel string) *drains.Sender {
	t.Helper()
	website, err := drains.New(drains.Options{URL: "http://" + vercel, Secret: drainSecret, Rate: 30})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var sending sync.WaitGroup
	sending.Go(func() { website.Run(ctx) })
	t.Cleanup(func() { stop(); sending.Wait() })
	return website
}

func pickAddress(t *testing.T) string {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	return "127.0.0.1:" + strconv.Itoa(port)
}

// startExporter is the addresses of the exporter, which has no flags but those that it cannot do without.
func startExporter(t *testing.T, program, databaseURL string) (address, vercel string) {
	t.Helper()
	address, vercel = pickAddress(t), pickAddress(t)
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(drainSecret), 0o600))
	home, err := child.NewDir("", "exporter")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, home.Remove()) })
	process, err := home.Start(syscall.SIGTERM, program, "--database.url="+databaseURL, "--web.listen-address="+address,
		"--vercel.listen-address="+vercel, "--vercel.secret-file="+secret)
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(home.Log())
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		require.NoError(t, process.Stop(ctx, syscall.SIGTERM))
	})
	require.NoError(t, process.WaitReady(t.Context(), func(ctx context.Context) error { return ready(ctx, address) }))
	return address, vercel
}

func ready(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/-/ready", http.NoBody)
	if err != nil {
		return err
	}
	request.Close = true // an idle connection would look like a leak
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("answer %s", response.Status)
	}
	_ = response.Body.Close()
	return err
}
