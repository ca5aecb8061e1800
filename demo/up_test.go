package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/toolbox"
	"github.com/aimarketplace/monitoring/rules"
)

// startup is the maximum duration of a start on a busy machine.
const startup = 3 * time.Minute

func TestUpStartsEverythingAndLeavesNothing(t *testing.T) {
	d := startDemo(t, "up", "--users=300", "--rate=50")
	prometheus := d.address(t, `Prometheus +(http://[^/\s]+)`)
	exporter := d.address(t, `exporter +(http://\S+)/metrics`)
	database := d.address(t, `psql '(\S+)'`)

	require.InDelta(t, 1, d.query(t, prometheus, `up{job="marketplace_exporter"}`), 0)
	require.InDelta(t, 1, d.query(t, prometheus, `pg_up`), 0)
	require.InDelta(t, 300, d.query(t, prometheus, `pg_stat_user_tables_n_live_tup{relname="User"}`), 30, "a wrong estimate shows as lost rows later")
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	var passwords int
	require.NoError(t, conn.QueryRow(t.Context(),
		`SELECT count(*) FROM pg_stat_statements WHERE query ~* 'password\s+'''`).Scan(&passwords))
	require.NoError(t, conn.Close(t.Context()))
	require.Zero(t, passwords, "statements with a password")
	require.NotContains(t, d.out.String(), "failed\n", "of a step")
	require.NotEmpty(t, d.processes(t))
	require.Zero(t, d.query(t, prometheus, `count(marketplace_exporter_build_info{version=""}) or vector(0)`))
	for _, page := range regexp.MustCompile(`\S*http://\S+`).FindAllString(d.out.String(), -1) {
		if strings.HasPrefix(page, "--") || strings.Contains(page, "/vercel/") || strings.Contains(page, "/query") {
			continue // they accept signed deliveries and queries only
		}
		require.NoError(t, get(t.Context(), page), "every page on the screen responds")
	}
	d.requireNoStrangers(t, database)

	alertmanager := d.address(t, `Alertmanager +(http://[^/\s]+)`)
	require.NoError(t, get(t.Context(), alertmanager+"/-/ready"))
	requireRules(t, prometheus)
	d.await(t, "Dead man's switch\n")
	d.requireFaults(t, database)

	require.NoError(t, d.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, d.wait(t), d.out.String())
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
	for _, page := range []string{exporter, prometheus, alertmanager} {
		require.Error(t, get(t.Context(), page), "a port is still open")
	}
}

// requireNoStrangers checks that no other user can connect to the database as the superuser. As
// root, the test connects as another user; otherwise it checks the mode of the socket's directory.
func (d running) requireNoStrangers(t *testing.T, database string) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	socket, err := os.Stat(config.Host)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), socket.Mode().Perm(), config.Host)
	if os.Geteuid() == 0 {
		open := exec.CommandContext(t.Context(), "ls", config.Host)
		open.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		require.Error(t, open.Run(), "another user opens the directory of the socket")
	}
	tcp := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/marketplace?sslmode=disable", config.Port)
	_, err = pgx.Connect(t.Context(), tcp)
	require.ErrorContains(t, err, "password authentication failed")
}

// requireRules checks that Prometheus has loaded every group of the rule files, besides those of the
// operator's overrides, and has evaluated them without an error.
func requireRules(t *testing.T, prometheus string) {
	t.Helper()
	type group struct {
		File  string
		Rules []struct{ LastError string }
	}
	var response struct {
		Data struct{ Groups []group }
	}
	fetch(t, prometheus+"/api/v1/rules", &response)
	groups := slices.DeleteFunc(response.Data.Groups, func(g group) bool {
		return strings.HasPrefix(filepath.Base(g.File), "overrides.")
	})
	bundle, err := rules.Load()
	require.NoError(t, err)
	require.Len(t, groups, len(bundle.Groups))
	for _, group := range groups {
		for _, rule := range group.Rules {
			require.Empty(t, rule.LastError)
		}
	}
}

// requireFaults stops the database and starts it again, while the demo goes on.
func (d running) requireFaults(t *testing.T, database string) {
	t.Helper()
	connects := func() bool {
		conn, err := pgx.Connect(t.Context(), database)
		if err != nil {
			return false
		}
		require.NoError(t, conn.Close(t.Context()))
		return true
	}
	output, err := d.again(t, "break", databaseStopped)
	require.NoError(t, err, output)
	require.Contains(t, output, "DatabaseDown (P0)")
	d.await(t, databaseStopped+" has begun; expect DatabaseDown (P0)")
	require.False(t, connects())
	time.Sleep(2 * watchInterval) // long enough for watch, which must not end the demo
	output, err = d.again(t, "break", "payments-failing")
	require.Error(t, err)
	require.Contains(t, output, "end database-stopped first")

	output, err = d.again(t, "break", databaseStopped, "--end")
	require.NoError(t, err, output)
	d.await(t, databaseStopped+" has ended")
	require.True(t, connects())

	output, err = d.again(t, "up")
	require.Error(t, err)
	require.Contains(t, output, "another demo is running")
}

func TestUpEndsWhenAChildEnds(t *testing.T) {
	d := startDemo(t, "up", "--users=200")
	pids := d.processes(t)["prometheus"]
	require.Len(t, pids, 1)
	require.NoError(t, syscall.Kill(pids[0], syscall.SIGKILL))
	require.Error(t, d.wait(t))
	require.Contains(t, d.out.String(), "Prometheus ended; its log ends:")
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
}

func TestUpCanBeInterruptedDuringTheStart(t *testing.T) {
	d := runDemo(t, "up", "--users=50000")
	d.await(t, "seeding")
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, d.wait(t), d.out.String())
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
}

func TestNextDemoDeletesWhatAKilledOneLeft(t *testing.T) {
	d := startDemo(t, "up", "--users=200")
	require.NoError(t, d.cmd.Process.Kill())
	require.Error(t, d.wait(t))
	require.Eventually(t, func() bool { return len(d.processes(t)) == 0 }, 20*time.Second, 100*time.Millisecond)
	left := d.files(t)
	require.Contains(t, left, "postgres-")

	next := d.restart(t)
	next.await(t, "seeding")
	require.Equal(t, 1, strings.Count(next.files(t), "/postgres-"), "only its own cluster")
	require.NoError(t, next.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, next.wait(t), next.out.String())
	require.Empty(t, next.leftovers(t))
}

// TestHealthyDemoIsQuiet runs a demo for two hours of the rules' waiting times, which are divided.
// Rates and windows stay, so that the traffic has to satisfy the limits of production.
func TestHealthyDemoIsQuiet(t *testing.T) {
	const factor = 40
	root, err := toolbox.Root()
	require.NoError(t, err)
	rules := promtest.ScaleRules(t, filepath.Join(root, "rules", "*.yml"), factor)
	for _, alert := range []string{"ReconciliationDrift", "ReconciliationAmountDrift"} {
		keepWait(t, filepath.Join(filepath.Dir(rules), "stripe.yml"), alert)
	}
	d := startDemo(t, "up", "--rules="+rules)
	prometheus := d.address(t, `Prometheus +(http://[^/\s]+)`)
	time.Sleep(2 * time.Hour / factor)
	fired := d.labels(t, prometheus, `count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[10m]))`, "alertname")
	require.Equal(t, []string{"Watchdog"}, fired)

	purchases := d.query(t, prometheus, `sum(increase(marketplace_events_total{event="purchase_completed"}[2m]))`)
	payments := d.query(t, prometheus, `sum(marketplace_payments{status="SUCCEEDED",window="15m"}) - sum(marketplace_payments{status="SUCCEEDED",window="15m"} offset 2m)`)
	require.InEpsilon(t, purchases, payments, 0.5, "the database and the website report as many purchases")
	drift := d.query(t, prometheus, `max(min_over_time(abs(sum without (day) (day:marketplace_payment_drift:count))[150s:5s]))`)
	require.LessOrEqual(t, drift, 5.0, "Stripe and the database have the same payments at some time between their polls")
	delivered := d.query(t, prometheus, `sum(marketplace_stripe_payments_total{mode="live", outcome="succeeded"})`)
	require.Positive(t, delivered, "payments arrive as webhooks")
}

// keepWait lets an alert wait as long as in production: polls of Stripe and of the database are up to
// two minutes apart, and in between both have different payments.
func keepWait(t *testing.T, file, alert string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	wait := regexp.MustCompile(`(?s)(alert: ` + alert + `\n.*?\n        for: )\w+`)
	require.Len(t, wait.FindAll(text, -1), 1)
	require.NoError(t, os.WriteFile(file, wait.ReplaceAll(text, []byte("${1}15m")), 0o600))
}
