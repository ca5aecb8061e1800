package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// startup is the most that a demo may take here, on a busy machine.
const startup = 3 * time.Minute

func TestUpShowsAMarketplaceAndLeavesNothing(t *testing.T) {
	d := startDemo(t, "up", "--users=300", "--rate=50")
	prometheus := d.address(t, `Prometheus +(http://\S+)`)
	exporter := d.address(t, `exporter +(http://\S+)/metrics`)
	database := d.address(t, `psql '(\S+)'`)

	require.InDelta(t, 1, d.ask(t, prometheus, `up{job="marketplace_exporter"}`), 0)
	require.InDelta(t, 1, d.ask(t, prometheus, `pg_up`), 0)
	require.InDelta(t, 300, d.ask(t, prometheus, `pg_stat_user_tables_n_live_tup{relname="User"}`), 30, "or rows look lost later")
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	var published int
	require.NoError(t, conn.QueryRow(t.Context(),
		`SELECT count(*) FROM pg_stat_statements WHERE query ~* 'password\s+'''`).Scan(&published))
	require.NoError(t, conn.Close(t.Context()))
	require.Zero(t, published, "statements that tell a password")
	require.NotContains(t, d.out.String(), "failed\n", "a step")
	require.NotEmpty(t, d.processes(t))

	alertmanager := d.address(t, `Alertmanager +(http://\S+)`)
	require.NoError(t, get(t.Context(), alertmanager+"/-/ready"))
	requireRules(t, prometheus)
	d.await(t, "Dead man's switch\n")
	d.requireBreakable(t, database)

	require.NoError(t, d.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, d.wait(t), d.out.String())
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
	for _, page := range []string{exporter, prometheus, alertmanager} {
		require.Error(t, get(t.Context(), page), "somebody still listens")
	}
}

// requireRules asks Prometheus for all that the rule files hold.
func requireRules(t *testing.T, prometheus string) {
	t.Helper()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ LastError string }
			}
		}
	}
	fetch(t, prometheus+"/api/v1/rules", &answer)
	bundle, err := rules.Load()
	require.NoError(t, err)
	require.Len(t, answer.Data.Groups, len(bundle.Groups))
	for _, group := range answer.Data.Groups {
		for _, rule := range group.Rules {
			require.Empty(t, rule.LastError)
		}
	}
}

// requireBreakable stops the database and has it back, while the demo goes on.
func (d running) requireBreakable(t *testing.T, database string) {
	t.Helper()
	connects := func() bool {
		conn, err := pgx.Connect(t.Context(), database)
		if err != nil {
			return false
		}
		require.NoError(t, conn.Close(t.Context()))
		return true
	}
	said, err := d.again(t, "break", databaseStopped)
	require.NoError(t, err, said)
	require.Contains(t, said, "DatabaseDown (P0)")
	require.Contains(t, d.out.String(), strings.TrimSpace(said), "on the demo's own terminal")
	require.False(t, connects())
	time.Sleep(2 * look) // long enough for the demo to take it for dead, which it must not
	said, err = d.again(t, "break", "payments-failing")
	require.Error(t, err)
	require.Contains(t, said, "not during database-stopped")

	said, err = d.again(t, "break", "none")
	require.NoError(t, err, said)
	require.Equal(t, "mended: "+databaseStopped+"\n", said)
	require.True(t, connects())

	said, err = d.again(t, "up")
	require.Error(t, err)
	require.Contains(t, said, "a demo is running there")
}

func TestUpEndsWhenAChildDies(t *testing.T) {
	d := startDemo(t, "up", "--users=200")
	pids := d.processes(t)["marketplace_exporter"]
	require.Len(t, pids, 1)
	require.NoError(t, syscall.Kill(pids[0], syscall.SIGKILL))
	require.Error(t, d.wait(t))
	require.Contains(t, d.out.String(), "the exporter died; its log ends:")
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
}

func TestUpCanBeStoppedWhileItStarts(t *testing.T) {
	d := runDemo(t, "up", "--users=50000")
	d.await(t, "seeding")
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, d.wait(t), d.out.String())
	require.Empty(t, d.processes(t))
	require.Empty(t, d.leftovers(t))
}
