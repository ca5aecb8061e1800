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

// Runbooks are read on one screen, and tests run their blocks by language.
func TestRunbooksAreShort(t *testing.T) {
	t.Parallel()
	for name, text := range readRunbooks(t) {
		require.LessOrEqual(t, strings.Count(text, "\n"), 60, name)
		for i, fence := range regexp.MustCompile("(?m)^ *```(.*)$").FindAllStringSubmatch(text, -1) {
			if i%2 == 0 {
				require.Contains(t, []string{"sh", "sql", "promql", "yaml"}, fence[1], "%s has a block in another language", name)
			} else {
				require.Empty(t, fence[1], name)
			}
		}
		require.NotRegexp(t, "`(SELECT|VACUUM|ALTER|CREATE|DROP|SHOW) ", text, "%s: SQL belongs in a block, where it is tested", name)
	}
}

// The statements of `psql` commands run one by one, so that they include those that cannot run in a
// transaction.
func TestRunbookSQLRuns(t *testing.T) {
	t.Parallel()
	server := pgtest.Newest(t)
	db := server.CreateDatabase(t)
	server.Exec(t, db, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; CREATE ROLE anon; CREATE ROLE app; CREATE ROLE report; "+
		marketplace.Schema())
	for name, text := range readRunbooks(t) {
		queries := blocks(text, "sql")
		for _, command := range commands(text, `psql "$DATABASE_URL" `) {
			for _, query := range regexp.MustCompile(`-c (?:'([^']+)'|"([^"]+)")`).FindAllStringSubmatch(command, -1) {
				queries = append(queries, query[1]+query[2])
			}
		}
		for _, query := range queries {
			t.Run(name, func(t *testing.T) { server.Exec(t, db, query) })
		}
	}
}

// Files in runbooks are complete, and valid next to the shipped rules.
func TestRunbookRuleFilesAreValid(t *testing.T) {
	t.Parallel()
	count := 0
	for name, text := range readRunbooks(t) {
		for _, content := range blocks(text, "yaml") {
			file := filepath.Join(t.TempDir(), "overrides.yml")
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
			out, err := tool(t, "promtool", "check", "rules", "--lint=all", "--lint-fatal", file)
			require.NoError(t, err, "%s: %s", name, out)
			require.Contains(t, content, "record: override:", name)
			count++
		}
	}
	require.Equal(t, 2, count)
}

func TestRunbooksNameKnownOverrides(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for rule := range load(t).All() {
		if limit, found := strings.CutPrefix(rule.Record, "default:"); found {
			known[limit] = true
		}
		for _, acknowledgement := range regexp.MustCompile(`override:(\w+_acknowledged:timestamp)`).FindAllStringSubmatch(rule.Expr, -1) {
			known[acknowledgement[1]] = true
		}
	}
	for name, text := range readRunbooks(t) {
		for _, override := range regexp.MustCompile(`override:([a-z_]+:[a-z_]+(?::[a-z_]+)?)`).FindAllStringSubmatch(text, -1) {
			require.True(t, known[override[1]], "%s names %s", name, override[0])
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

// blocks returns the contents of the code blocks in one language, without the indentation of lists.
func blocks(page, language string) []string {
	var found []string
	fence := regexp.MustCompile("(?sm)^( *)```" + language + "\n(.*?)^ *```$")
	for _, match := range fence.FindAllStringSubmatch(page, -1) {
		found = append(found, strings.TrimPrefix(strings.ReplaceAll("\n"+match[2], "\n"+match[1], "\n"), "\n"))
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
