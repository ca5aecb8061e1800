package bench_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/child"
)

// exporter is a running exporter. It is a process of its own, so that its CPU time and memory are
// its own.
type exporter struct {
	role   string
	url    string // of its metrics
	server *child.Server
}

func buildExporter(t *testing.T) string {
	t.Helper()
	logf("building marketplace_exporter")
	program := filepath.Join(t.TempDir(), "marketplace_exporter")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", program, "../../exporter").CombinedOutput()
	require.NoError(t, err, string(output))
	return program
}

// startOurs runs marketplace_exporter without the shipped KPIs, whose tables do not exist. One KPI
// without a table opens the connection of the KPIs.
func startOurs(t *testing.T, db *database, program string, args ...string) *exporter {
	t.Helper()
	const kpis = "shipped: none\nkpis:\n- {name: bench_constant, help: A constant., unit: items, interval: 1d, sql: SELECT 42 AS value}\n"
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte(kpis), 0o600))
	return start(t, db, oursRole, "DATABASE_URL", program, append(args, "--kpi.file="+file)...)
}

// startPeer runs postgres_exporter with the collectors that export the same as
// marketplace_exporter.
func startPeer(t *testing.T, db *database) *exporter {
	t.Helper()
	return start(t, db, peerRole, "DATA_SOURCE_NAME", *peer,
		"--collector.stat_statements", "--collector.stat_statements.include_query",
		"--collector.stat_statements.query_length=200", "--collector.stat_statements.limit=100",
		"--collector.statio_user_indexes", "--collector.stat_checkpointer", "--collector.database_wraparound",
		"--collector.long_running_transactions", "--collector.process_idle", "--collector.postmaster")
}

// start runs an exporter until the test ends. It passes the database URL in a variable, since other
// users can read the command line.
func start(t *testing.T, db *database, role, urlVariable, program string, args ...string) *exporter {
	t.Helper()
	logf("starting %s %s", role, strings.Join(args, " "))
	server, err := child.Start(db.ctx, child.Options{
		Name: role, Env: []string{urlVariable + "=" + db.url(role)},
		Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
			return append([]string{program, "--web.listen-address=" + s.Address()}, args...), nil
		},
		Ready: func(ctx context.Context, s *child.Server) error {
			_, err := scrape(ctx, newClient(), s.URL()+"/metrics")
			return err
		},
	})
	require.NoError(t, err)
	e := &exporter{role: role, url: server.URL() + "/metrics", server: server}
	t.Cleanup(func() { e.stop(t) })
	return e
}

// stop may be called twice.
func (e *exporter) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, e.server.Close())
}

// peakMemory returns the peak of the resident memory in bytes, or 0 on systems other than Linux.
func (e *exporter) peakMemory() float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.server.Pid()))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kibibytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	number, _ := strconv.ParseFloat(kibibytes, 64)
	return number * 1024
}

// page is the response to one scrape.
type page struct {
	took time.Duration
	text string
}

// newClient returns a client with a connection of its own, which requests and decompresses gzip as
// Prometheus does.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
}

// scrape sends the request that Prometheus sends. It fails when a source failed, since a failed
// source costs less.
func scrape(ctx context.Context, client *http.Client, url string) (page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	request.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3")
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	started := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	body, err := io.ReadAll(response.Body)
	p := page{took: time.Since(started), text: string(body)}
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return page{}, fmt.Errorf("scraping: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return page{}, fmt.Errorf("scraping: %s: %s", response.Status, body)
	}
	return p, p.validate()
}

// validate fails unless the database is up and every source works.
func (p page) validate() error {
	if !strings.Contains(p.text, "\npg_up") {
		return errors.New("the scrape has no pg_up")
	}
	for line := range strings.Lines(p.text) {
		failing := strings.HasPrefix(line, "marketplace_source_failing{")
		down := strings.HasPrefix(line, "pg_up") && !strings.HasSuffix(line, " 1\n") && !strings.HasSuffix(line, " 1.0\n")
		if failing || down {
			return fmt.Errorf("the scrape is incomplete: %s", strings.TrimSpace(line))
		}
	}
	return nil
}

// series returns the number of samples.
func (p page) series() int {
	return strings.Count(p.text, "\n") - strings.Count("\n"+p.text, "\n#")
}

// value returns the value of the sample with the name and no labels, or 0 if there is none.
func (p page) value(name string) float64 {
	_, rest, _ := strings.Cut(p.text, "\n"+name+" ")
	number, _, _ := strings.Cut(rest, "\n")
	value, _ := strconv.ParseFloat(number, 64)
	return value
}
