package main

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// startup is the maximum duration of a start on a busy machine.
const startup = 3 * time.Minute

func TestUpStartsEverythingAndLeavesNothing(t *testing.T) {
	d := startDemo(t, "up", "--users=300", "--rate=50")
	prometheus := d.address(t, `Prometheus +(http://\S+)`)
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

	alertmanager := d.address(t, `Alertmanager +(http://\S+)`)
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

// requireRules checks that Prometheus has evaluated every group of the rule files.
func requireRules(t *testing.T, prometheus string) {
	t.Helper()
	var response struct {
		Data struct {
			Groups []struct {
				Rules []struct{ LastError string }
			}
		}
	}
	fetch(t, prometheus+"/api/v1/rules", &response)
	bundle, err := rules.Load()
	require.NoError(t, err)
	require.Len(t, response.Data.Groups, len(bundle.Groups))
	for _, group := range response.Data.Groups {
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

	output, err = d.again(t, "break", "none")
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
