package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const runbooks = "../docs/runbooks"

func TestRunbooksMatchAlerts(t *testing.T) {
	t.Parallel()
	var want, have []string
	for _, alert := range load(t).Alerts() {
		want = append(want, alert.Alert)
	}
	for name, text := range readRunbooks(t) {
		have = append(have, name)
		for _, heading := range []string{"# " + name, "## Meaning", "## First check", "## Fix", "## Escalate"} {
			require.Contains(t, "\n"+text, "\n"+heading+"\n", name)
		}
	}
	require.ElementsMatch(t, want, have)
}

func TestRunbookSQLRuns(t *testing.T) {
	t.Parallel()
	server := pgtest.Newest(t)
	db := server.CreateDatabase(t)
	server.Exec(t, db, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; CREATE ROLE anon; "+marketplace.Schema())
	for name, text := range readRunbooks(t) {
		for _, query := range blocks(text, "sql") {
			t.Run(name, func(t *testing.T) { server.Exec(t, db, query) })
		}
	}
}

func TestRunbookPromQLReadsKnownMetrics(t *testing.T) {
	t.Parallel()
	known := exposed(t)
	for rule := range load(t).All() {
		known[rule.Record] = true
	}
	known["ALERTS"], known["scrape_duration_seconds"] = true, true // metrics of Prometheus, like prometheus_*
	for name, text := range readRunbooks(t) {
		for _, query := range blocks(text, "promql") {
			for _, metric := range metrics(query) {
				require.True(t, known[metric] || strings.HasPrefix(metric, "prometheus_"), "%s reads %s", name, metric)
			}
		}
	}
}

// blocks returns the contents of the code blocks in one language.
func blocks(page, language string) []string {
	var found []string
	fence := regexp.MustCompile("(?s)```" + language + "\n(.*?)```")
	for _, match := range fence.FindAllStringSubmatch(page, -1) {
		found = append(found, match[1])
	}
	return found
}

// readRunbooks returns the runbooks by alert.
func readRunbooks(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(runbooks, "*.md"))
	require.NoError(t, err)
	pages := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		pages[strings.TrimSuffix(filepath.Base(file), ".md")] = string(text)
	}
	return pages
}
