package kpi

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// onlyOwn returns a KPI file with entries and without shipped KPIs.
func onlyOwn(entries string) string { return "kpis: " + entries + "\nshipped: none\n" }

func entryText(name, sql string) string {
	return "\n- name: " + name + "\n  help: Help.\n  unit: things\n  interval: 1h\n  sql: " + sql
}

// running is a running source whose KPI file the test can rewrite.
type running struct {
	*Source
	file string
	stop func()
}

func startSource(t *testing.T, db server, text string) *running {
	t.Helper()
	config := testConfig()
	config.File = filepath.Join(t.TempDir(), "own.yaml")
	r := &running{file: config.File}
	r.write(t, text)
	s, err := New(config, db, quiet())
	require.NoError(t, err)
	r.Source = s
	ctx, cancel := context.WithCancel(t.Context())
	var schedules sync.WaitGroup
	schedules.Go(func() { s.Run(ctx) })
	r.stop = func() { cancel(); schedules.Wait() }
	return r
}

func (r *running) write(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(r.file, []byte(onlyOwn(text)), 0o600))
}

// scrape returns the values of all series by name and label values, such as "x" and "kpi_rows x".
func (r *running) scrape(t *testing.T) (map[string]float64, error) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	collector := &adapter{Source: r.Source, ctx: t.Context()}
	require.NoError(t, registry.Register(collector))
	families, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, family := range families {
		if strings.HasPrefix(family.GetName(), namespace+"database_") {
			continue // tested in package database
		}
		for _, metric := range family.GetMetric() {
			values[seriesName(family, metric)] = metric.GetGauge().GetValue()
		}
	}
	return values, collector.err
}

func seriesName(family *dto.MetricFamily, metric *dto.Metric) string {
	name := strings.TrimPrefix(family.GetName(), namespace)
	for _, label := range metric.GetLabel() {
		name += " " + label.GetValue()
	}
	return name
}

// adapter makes a source a prometheus.Collector.
type adapter struct {
	*Source
	ctx context.Context
	err error
}

func (a *adapter) Describe(ch chan<- *prometheus.Desc) {
	(&metric.Collector{Descs: a.Descs()}).Describe(ch)
}

func (a *adapter) Collect(ch chan<- prometheus.Metric) { a.err = a.Source.Collect(a.ctx, ch) }

// until scrapes until accept returns true.
func (r *running) until(t *testing.T, accept func(map[string]float64, error) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return accept(r.scrape(t)) }, 20*time.Second, 20*time.Millisecond)
}

func (r *running) untilValue(t *testing.T, series string, want float64) {
	t.Helper()
	r.until(t, func(values map[string]float64, _ error) bool { got, ok := values[series]; return ok && got == want })
}

// verifyNoLeaks checks for leaked goroutines after the cleanups that the test registers later.
func verifyNoLeaks(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}

func TestCollectReportsRunsOfEachKPI(t *testing.T) {
	verifyNoLeaks(t)
	server := pgtest.Newest(t)
	db := open(t, server, "postgres")
	r := startSource(t, db, entryText("one", "SELECT 7 AS value")+entryText("bad", "SELECT 1/0 AS value")+
		entryText("cut", "SELECT n AS value, n AS x FROM generate_series(1, 5) n\n  labels: [x]\n  max_rows: 2\n  max_age: 90m"))
	r.untilValue(t, "one", 7)
	r.untilValue(t, "cut 2", 2)
	var values map[string]float64
	var err error
	r.until(t, func(v map[string]float64, e error) bool { values, err = v, e; return e != nil })
	r.stop()

	require.ErrorContains(t, err, "bad: ")
	require.ErrorContains(t, err, "own.yaml:7: ERROR: division by zero")
	require.InDelta(t, time.Now().Unix(), values["kpi_last_success_timestamp_seconds one"], 30)
	require.NotContains(t, values, "kpi_last_success_timestamp_seconds bad")
	require.Positive(t, values["kpi_duration_seconds one"])
	require.Positive(t, values["kpi_duration_seconds bad"])
	delete(values, "kpi_last_success_timestamp_seconds one")
	delete(values, "kpi_last_success_timestamp_seconds cut")
	for _, name := range []string{"one", "bad", "cut"} {
		delete(values, "kpi_duration_seconds "+name)
	}
	require.Equal(t, map[string]float64{
		"one": 7, "cut 1": 1, "cut 2": 2,
		"kpi_interval_seconds one": 3600, "kpi_interval_seconds bad": 3600, "kpi_interval_seconds cut": 3600,
		"kpi_max_age_seconds one": 10800, "kpi_max_age_seconds bad": 10800, "kpi_max_age_seconds cut": 5400,
		"kpi_rows one": 1, "kpi_rows cut": 2, "kpi_rows_dropped one": 0, "kpi_rows_dropped cut": 3,
	}, values)
}

func TestReload(t *testing.T) {
	verifyNoLeaks(t)
	server := pgtest.Newest(t)
	counted := &counting{DB: open(t, server, "postgres")}
	r := startSource(t, counted, entryText("kept", "SELECT 1 AS value")+entryText("changed", "SELECT 2 AS value")+
		entryText("removed", "SELECT 3 AS value"))
	r.untilValue(t, "removed", 3)
	r.untilValue(t, "changed", 2)
	r.untilValue(t, "kept", 1)
	before, _ := r.scrape(t)

	r.write(t, entryText("kept", "DELETE FROM pg_class"))
	require.ErrorContains(t, r.Reload(), `loading the KPIs: `+r.file+`:2: kept: the statement returns no rows; hint: a KPI only reads`)
	after, err := r.scrape(t)
	require.NoError(t, err)
	require.Equal(t, before, after, "an invalid file changes nothing")

	began := counted.times.Load()
	r.write(t, "# A comment that moves what follows.\n"+entryText("changed", "SELECT 20 AS value")+entryText("kept", "SELECT 1 AS value")+
		entryText("added", "SELECT 4 AS value"))
	require.NoError(t, r.Reload())
	values, err := r.scrape(t)
	require.NoError(t, err)
	require.Equal(t, 1.0, values["kept"], "served through the reload")
	require.NotContains(t, values, "removed")
	require.NotEqual(t, 2.0, values["changed"], "the old query's value is not the new one's")
	r.untilValue(t, "changed", 20)
	r.untilValue(t, "added", 4)
	values, _ = r.scrape(t)
	require.Equal(t, before["kpi_last_success_timestamp_seconds kept"], values["kpi_last_success_timestamp_seconds kept"])
	require.Equal(t, began+3, counted.times.Load(), "the reload and the two new queries; the unchanged one did not run again")
	require.Equal(t, r.file+":8", named(r.Definitions(), "kept").Place())
	r.stop()
}

// counting counts the transactions and can make them fail.
type counting struct {
	*database.DB
	dead  *database.DB // for the transactions that fail
	times atomic.Int64
	fails atomic.Bool
}

func (c *counting) Begin(limits database.Limits) *database.Tx {
	c.times.Add(1)
	if c.fails.Load() {
		return c.dead.Begin(limits)
	}
	return c.DB.Begin(limits)
}

// unreachable returns a database where nothing listens.
func unreachable(t *testing.T) *database.DB {
	t.Helper()
	db, err := database.Open(database.Config{URL: "postgres://127.0.0.1:1/postgres"}.Primary(), "kpi")
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func TestLastValueIsServedUpToMaxAgeWhileRunsFail(t *testing.T) {
	server := pgtest.Newest(t)
	db := &counting{DB: open(t, server, "postgres"), dead: unreachable(t)}
	d := definition("SELECT 5 AS value")
	d.Interval, d.MaxAge = 20*time.Millisecond, 500*time.Millisecond
	d.Timeout = d.Interval
	k := newKPI(d, db)
	s := &Source{kpis: []*kpi{k}, changed: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	defer func() { cancel(); <-done }()

	collect := func() (int, error) {
		ch := make(chan prometheus.Metric, 10)
		err := k.collect(ch)
		return len(ch), err
	}
	eventually := func(what string, ok func(int, error) bool) {
		require.Eventually(t, func() bool { return ok(collect()) }, 10*time.Second, 5*time.Millisecond, what)
	}
	eventually("a value", func(n int, err error) bool { return n == 1 && err == nil })
	db.fails.Store(true)
	eventually("the value and the error", func(n int, err error) bool { return n == 1 && err != nil })
	eventually("only the error", func(n int, err error) bool { return n == 0 && err != nil })
	db.fails.Store(false)
	eventually("a value again", func(n int, err error) bool { return n == 1 && err == nil })
}

func TestRunStopsDuringAQuery(t *testing.T) {
	verifyNoLeaks(t)
	server := pgtest.Newest(t)
	r := startSource(t, open(t, server, "postgres"), entryText("endless",
		"SELECT count(*) AS value FROM generate_series(1, 100000) a, generate_series(1, 100000) b"))
	conn := server.Conn(t, "postgres")
	require.Eventually(t, func() bool {
		var busy int
		require.NoError(t, conn.QueryRow(t.Context(),
			"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1, 100000)%' AND pid <> pg_backend_pid()").Scan(&busy))
		return busy == 1
	}, 20*time.Second, 20*time.Millisecond)
	started := time.Now()
	r.stop()
	require.Less(t, time.Since(started), 5*time.Second)
}

// TestShippedKPIsRunOnOneConnection runs all shipped KPIs as the exporter does, on every version.
func TestShippedKPIsRunOnOneConnection(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		server.Exec(t, "postgres", marketplace.Schema())
		server.Exec(t, "postgres", story{rows: append(times(3, paid(ago("1 hour"), "PAID", "KRW", 10)), account("u", onDay(3, "12:00")))}.script())
		s, err := New(testConfig(), open(t, server, "postgres"), quiet())
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var schedules sync.WaitGroup
		schedules.Go(func() { s.Run(ctx) })
		defer func() { cancel(); schedules.Wait() }()

		r := &running{Source: s}
		r.until(t, func(values map[string]float64, err error) bool {
			require.NoError(t, err)
			for _, d := range s.Definitions() {
				if _, ran := values["kpi_rows "+d.Name]; !ran {
					return false
				}
			}
			return true
		})
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(&adapter{Source: s, ctx: t.Context()})
		complaints, err := testutil.GatherAndLint(registry)
		require.NoError(t, err)
		require.Equal(t, []promlint.Problem(nil), complaints)
	})
}
