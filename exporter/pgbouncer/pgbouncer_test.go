package pgbouncer

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter is a source in a set.
type exporter struct {
	*Source
	set *source.Set
	log *strings.Builder
}

func newExporter(t *testing.T, args ...string) exporter {
	t.Helper()
	var config Config
	app := kingpin.New("", "")
	config.Register(app)
	_, err := app.Parse(args)
	require.NoError(t, err)
	opened, err := config.Open(source.Deps{})
	require.NoError(t, err)
	s := opened.(*Source)
	t.Cleanup(s.Close)
	log := &strings.Builder{}
	return exporter{s, source.NewSet(t.Context(), slog.New(slog.NewTextHandler(log, nil)), source.Limits{Timeout: 10 * time.Second}, s), log}
}

// scrape returns the samples by series, such as `pgbouncer_stats_queries_pooled_total{database="m"}`.
func (e exporter) scrape(t *testing.T) map[string]float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
	defer cancel()
	families, err := e.set.Gather(ctx)
	require.NoError(t, err)
	samples := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, label := range m.GetLabel() {
				labels = append(labels, label.GetName()+"="+label.GetValue())
			}
			samples[strings.Join(append([]string{family.GetName()}, labels...), " ")] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return samples
}

// startBouncer runs a pooler with one server connection for each pool.
func startBouncer(t *testing.T) pgtest.Pooler {
	t.Helper()
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE shop LOGIN PASSWORD 'x'; CREATE ROLE jobs LOGIN PASSWORD 'x'")
	s.Exec(t, "postgres", "CREATE DATABASE market")
	return pgtest.Bouncer(t, s, func(opts *pgtest.BouncerOptions) {
		opts.Users = map[string]string{"shop": "x", "jobs": "x", "watcher": "canary"}
		opts.HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
		opts.Settings = map[string]string{"stats_users": "watcher", "default_pool_size": "1", "max_client_conn": "77"}
	})
}

func connect(t *testing.T, url string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func run(t *testing.T, conn *pgconn.PgConn, sql string) {
	t.Helper()
	_, err := conn.Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err)
}

func TestPools(t *testing.T) {
	b := startBouncer(t)
	e := newExporter(t, "--pgbouncer.url="+b.URL("any", "watcher:canary"))
	jobs := connect(t, b.URL("postgres", "jobs:x"))
	run(t, jobs, "SELECT pg_sleep(0.1)")
	busy, waiting := connect(t, b.URL("market", "shop:x")), connect(t, b.URL("market", "shop:x"))
	run(t, busy, "BEGIN")
	waited := make(chan error, 1)
	go func() {
		_, err := waiting.Exec(context.WithoutCancel(t.Context()), "SELECT 1").ReadAll()
		waited <- err
	}()

	const shop = " database=market user=shop"
	samples := e.scrape(t)
	require.Eventually(t, func() bool {
		samples = e.scrape(t)
		return samples["pgbouncer_pools_client_maxwait_seconds"+shop] > 0.3
	}, 10*time.Second, 50*time.Millisecond)
	for series, want := range map[string]float64{
		"pgbouncer_up":                                                       1,
		"pgbouncer_version_info version=1.18.0":                              1,
		"pgbouncer_pools_client_waiting_connections" + shop:                  1,
		"pgbouncer_pools_client_active_connections" + shop:                   1,
		"pgbouncer_pools_server_active_connections" + shop:                   1,
		"pgbouncer_pools_server_idle_connections" + shop:                     0,
		"pgbouncer_stats_queries_pooled_total database=postgres":             1,
		"pgbouncer_omitted_rows list=pools":                                  0,
		"pgbouncer_used_clients":                                             4,
		"pgbouncer_used_servers":                                             2,
		"pgbouncer_config_max_client_connections":                            77,
		"marketplace_source_up source=pgbouncer":                             1,
		"marketplace_database_connections source=pgbouncer":                  1,
		"pgbouncer_pools_client_maxwait_seconds database=postgres user=jobs": 0,
	} {
		require.Contains(t, samples, series)
		require.Equal(t, want, samples[series], series)
	}
	require.InDelta(t, 0.1, samples["pgbouncer_stats_queries_duration_seconds_total database=postgres"], 0.09, "microseconds become seconds")
	for series := range samples {
		require.NotContains(t, series, "database=pgbouncer", "the console is not a pool")
	}
	run(t, busy, "COMMIT")
	require.NoError(t, <-waited)
	samples = e.scrape(t)
	require.Zero(t, samples["pgbouncer_pools_client_waiting_connections"+shop])
	require.Greater(t, samples["pgbouncer_stats_client_wait_seconds_total database=market"], 0.3)
}

func TestPoolsLimitKeepsTheLongestQueue(t *testing.T) {
	b := startBouncer(t)
	e := newExporter(t, "--pgbouncer.url="+b.URL("any", "watcher:canary"), "--pgbouncer.pools.limit=1")
	for _, user := range []string{"jobs:x", "shop:x"} {
		run(t, connect(t, b.URL("postgres", user)), "SELECT 1")
		run(t, connect(t, b.URL("postgres", user)), "SELECT 1")
	}
	run(t, connect(t, b.URL("market", "shop:x")), "BEGIN")
	waiting := connect(t, b.URL("market", "shop:x"))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { defer close(ended); _, _ = waiting.Exec(ctx, "SELECT 1").ReadAll() }()
	t.Cleanup(func() { stop(); <-ended }) // before the connection is closed
	require.Eventually(t, func() bool {
		samples := e.scrape(t)
		_, known := samples["pgbouncer_pools_client_waiting_connections database=market user=shop"]
		return known && samples["pgbouncer_omitted_rows list=pools"] == 2 && samples["pgbouncer_omitted_rows list=stats"] == 1
	}, 10*time.Second, 50*time.Millisecond)
}

func TestReasonsOfFailures(t *testing.T) {
	b := startBouncer(t)
	for name, test := range map[string]struct{ url, reason, hint string }{
		"no stats user":  {b.URL("any", "shop:x"), "authentication", "name the user in stats_users in pgbouncer.ini"},
		"wrong password": {b.URL("any", "watcher:canary2"), "authentication", ""},
		"unknown user":   {b.URL("any", "missing:canary"), "authentication", ""},
		"no server":      {"postgres://watcher:canary@127.0.0.1:1/pgbouncer?sslmode=disable", "unreachable", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := newExporter(t, "--pgbouncer.url="+test.url)
			samples := e.scrape(t)
			require.Contains(t, samples, "marketplace_source_failing part= reason="+test.reason+" source=pgbouncer", "%s", e.log)
			require.Contains(t, samples, "pgbouncer_up")
			require.Zero(t, samples["pgbouncer_up"])
			findings := e.Check(t.Context())
			require.Len(t, findings, 1)
			require.Equal(t, check.Broken, findings[0].Status)
			require.Equal(t, test.hint, findings[0].Hint)
			require.NotContains(t, e.log.String()+findings[0].Detail, "canary")
		})
	}
}

func TestServerThatIsNoPooler(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE DATABASE pgbouncer")
	samples := newExporter(t, "--pgbouncer.url="+s.URL("postgres", "postgres")).scrape(t)
	require.Contains(t, samples, "marketplace_source_failing part= reason=invalid source=pgbouncer")
}

func TestSilentPoolerIsATimeout(t *testing.T) {
	b := startBouncer(t)
	e := newExporter(t, "--pgbouncer.url="+b.URL("any", "watcher:canary"), "--pgbouncer.timeout=300ms")
	require.EqualValues(t, 1, e.scrape(t)["pgbouncer_up"])
	require.NoError(t, syscall.Kill(b.Pid(), syscall.SIGSTOP))
	started := time.Now()
	samples := e.scrape(t)
	require.Contains(t, samples, "marketplace_source_failing part= reason=timeout source=pgbouncer", "%s", e.log)
	require.Less(t, time.Since(started), 3*time.Second)
	require.NoError(t, syscall.Kill(b.Pid(), syscall.SIGCONT))
	require.EqualValues(t, 1, e.scrape(t)["pgbouncer_up"])
}

func TestConnectionIsReusedAndReplaced(t *testing.T) {
	b := startBouncer(t)
	file := filepath.Join(t.TempDir(), "url")
	require.NoError(t, os.WriteFile(file, []byte(b.URL("any", "watcher:canary")), 0o600))
	e := newExporter(t, "--pgbouncer.url-file="+file)
	admin := connect(t, b.URL("pgbouncer", "postgres"))
	watchers := func() (ports []string) {
		results, err := admin.Exec(t.Context(), "SHOW CLIENTS").ReadAll()
		require.NoError(t, err)
		for _, row := range results[0].Rows {
			if string(row[1]) == "watcher" {
				ports = append(ports, string(row[5]))
			}
		}
		return ports
	}
	for range 3 {
		require.EqualValues(t, 1, e.scrape(t)["pgbouncer_up"])
	}
	first := watchers()
	require.Len(t, first, 1, "the connection is reused")
	require.NoError(t, e.Reload())
	require.EqualValues(t, 1, e.scrape(t)["pgbouncer_up"])
	require.Eventually(t, func() bool { return len(watchers()) == 1 }, 5*time.Second, 20*time.Millisecond)
	require.NotEqual(t, first, watchers(), "a reload replaces it")

	require.NoError(t, b.Stop(t.Context(), syscall.SIGINT))
	require.Zero(t, e.scrape(t)["pgbouncer_up"])
	require.NoError(t, b.Start(t.Context()))
	require.EqualValues(t, 1, e.scrape(t)["pgbouncer_up"])
}

func TestCheck(t *testing.T) {
	b := startBouncer(t)
	findings := newExporter(t, "--pgbouncer.url="+b.URL("any", "watcher:canary")).Check(t.Context())
	require.Len(t, findings, 2)
	require.False(t, check.Failed(findings))
	require.Equal(t, "PgBouncer 1.18.0", findings[0].Detail)

	off := newExporter(t)
	require.False(t, off.Enabled())
	require.Contains(t, off.Check(t.Context())[0].Detail, "off")
	require.NoError(t, off.Reload())
}

func TestInvalidFlags(t *testing.T) {
	for _, config := range []Config{
		{Timeout: 0},
		{Timeout: time.Second, PoolsLimit: -1},
		{Timeout: time.Second, URL: "mysql://u:canary@h"},
		{Timeout: time.Second, URL: "postgres://u@h", URLFile: "x"},
	} {
		_, err := config.Open(source.Deps{})
		require.ErrorContains(t, err, "pgbouncer")
		require.ErrorContains(t, err, "hint:")
		require.NotContains(t, err.Error(), "canary")
	}
}
