package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// until scrapes until ready returns true or the timeout is reached: statistics arrive with a delay.
func (e *exporter) until(t testing.TB, ready func(samples map[string]float64) bool) map[string]float64 {
	t.Helper()
	return e.poll(t, 50*time.Millisecond, ready)
}

func (e *exporter) poll(t testing.TB, pause time.Duration, ready func(samples map[string]float64) bool) map[string]float64 {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	samples := e.scrape(t)
	for !ready(samples) && time.Now().Before(deadline) {
		time.Sleep(pause)
		samples = e.scrape(t)
	}
	return samples
}

// settled returns the samples after the given series have been constant for longer than the delay
// of the server's statistics.
func (e *exporter) settled(t testing.TB, series ...string) map[string]float64 {
	t.Helper()
	samples, since := e.scrape(t), time.Now()
	return e.poll(t, 300*time.Millisecond, func(next map[string]float64) bool {
		for _, name := range series {
			if next[name] != samples[name] {
				samples, since = next, time.Now()
			}
		}
		return time.Since(since) > 1200*time.Millisecond
	})
}

// reaches returns a condition that waits until series is at least number.
func reaches(series string, number float64) func(map[string]float64) bool {
	return func(samples map[string]float64) bool { return samples[series] >= number }
}

// connect opens a connection to the application's database as user, which is role:password.
func connect(t testing.TB, s *pgtest.Server, user string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("shop", user))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// run runs statements and waits for each.
func run(t testing.TB, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		_, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
		require.NoError(t, err, sql)
	}
}

// begin sends sql without waiting for its end.
func begin(t testing.TB, conn *pgx.Conn, sql string) *pgconn.MultiResultReader {
	t.Helper()
	return conn.PgConn().Exec(t.Context(), sql)
}

// number returns the value of an SQL expression.
func number(t testing.TB, conn *pgx.Conn, sql string) float64 {
	t.Helper()
	var n float64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT ("+sql+")::float8").Scan(&n), sql)
	return n
}

// monitored creates a monitoring role, an application role and a database of the application.
func monitored(t testing.TB, s *pgtest.Server) {
	t.Helper()
	s.Exec(t, "postgres", `CREATE ROLE monitor LOGIN PASSWORD 'm'; GRANT pg_monitor TO monitor;
		CREATE ROLE app LOGIN PASSWORD 'a'`)
	s.Exec(t, "postgres", "CREATE DATABASE shop OWNER app")
}
