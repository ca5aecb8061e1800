package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

// exporter is one that runs beside us.
type exporter struct {
	role    string
	url     string // of its metrics
	program string
	process *child.Process
}

// buildExporter makes the program in a temporary folder that goes when the bench does.
func (b *bench) buildExporter(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "bench-build-")
	if err != nil {
		return "", fmt.Errorf("building the exporter: %w", err)
	}
	b.onStop(func() error { return os.RemoveAll(dir) })
	program := filepath.Join(dir, "marketplace_exporter")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, "./exporter") //nolint:gosec // our own program
	build.Dir = b.root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the exporter: %w\n%s", err, output)
	}
	return program, nil
}

// startExporter runs ours, without the shipped KPIs: they would ask for tables that are not here.
func (b *bench) startExporter(ctx context.Context, program string, args ...string) (*exporter, error) {
	home, err := b.newHome("exporter")
	if err != nil {
		return nil, err
	}
	kpis := home.Join("kpis.yaml")
	if err := writeKPIs(kpis); err != nil {
		return nil, fmt.Errorf("replacing the KPIs: %w", err)
	}
	environment := map[string]string{"DATABASE_URL": b.fixture.url(oursRole), "KPI_FILE": kpis}
	return b.launch(ctx, home, &exporter{role: oursRole, program: program}, environment, args...)
}

// onlyKPI runs once, at the start, and is there for its connection: with it the exporter holds all that it ever does.
const onlyKPI = `- name: bench_answer
  help: Always the same.
  unit: answers
  interval: 1d
  sql: SELECT 42 AS value
`

func writeKPIs(path string) error {
	shipped, err := kpi.Config{}.Load()
	if err != nil {
		return err
	}
	text := onlyKPI
	for _, definition := range shipped {
		text += fmt.Sprintf("- name: %s\n  disabled: true\n", definition.Name)
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

// startPeer runs postgres_exporter with those of its collectors on that export what ours exports.
func (b *bench) startPeer(ctx context.Context) (*exporter, error) {
	home, err := b.newHome("postgres_exporter")
	if err != nil {
		return nil, err
	}
	environment := map[string]string{"DATA_SOURCE_NAME": b.fixture.url(peerRole)}
	return b.launch(ctx, home, &exporter{role: peerRole, program: b.peer}, environment,
		"--collector.stat_statements", "--collector.stat_statements.include_query",
		"--collector.stat_statements.query_length=200", "--collector.stat_statements.limit=100",
		"--collector.statio_user_indexes", "--collector.stat_checkpointer", "--collector.database_wraparound",
		"--collector.long_running_transactions", "--collector.process_idle", "--collector.postmaster")
}

func (b *bench) newHome(name string) (*child.Home, error) {
	home, err := child.NewHome("", name)
	if err != nil {
		return nil, err
	}
	b.onStop(home.Remove)
	return home, nil
}

// launch runs e until the bench ends. Passwords travel in the environment, because arguments are seen by everybody.
func (b *bench) launch(
	ctx context.Context, home *child.Home, e *exporter, environment map[string]string, args ...string,
) (*exporter, error) {
	port, err := freeport.Pick(ctx)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	e.url = "http://" + address + "/metrics"
	b.progress.say("starting %s %s", e.role, strings.Join(args, " "))
	for name, value := range environment {
		if err := os.Setenv(name, value); err != nil { // children inherit it
			return nil, fmt.Errorf("setting %s: %w", name, err)
		}
	}
	e.process, err = home.Start(syscall.SIGTERM, e.program, append(args, "--web.listen-address="+address)...)
	if err != nil {
		return nil, err
	}
	b.onStop(func() error { return e.stop(ctx) })
	return e, e.process.Await(ctx, func(ctx context.Context) error {
		page, err := newScraper().scrape(ctx, e.url)
		if err != nil {
			return err
		}
		return page.complete()
	})
}

// stop works when ctx is done too, and a second time.
func (e *exporter) stop(ctx context.Context) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return e.process.Stop(ctx, syscall.SIGTERM)
}

// peakMemory is the most that the process ever had in memory, in bytes; 0 where the system does not say.
func (e *exporter) peakMemory() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.process.Pid()))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	number, _ := strconv.ParseFloat(kilobytes, 64) // 0 like above
	return number * 1024
}
