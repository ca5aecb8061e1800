// Package compat_test tests that boards and alerts written for postgres_exporter work with the
// exporter and the optional rules of this folder.
package compat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/apptest"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/internal/promtest"
)

const scrape = `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%q]
scrape_configs: [{job_name: marketplace_exporter, static_configs: [{targets: ["%s"]}]}]
`

// TestPublishedBoards counts the panels and alerts whose queries find each of their metrics with
// all labels. Postgres 17 removed two columns of pg_stat_bgwriter, and their panel with them.
func TestPublishedBoards(t *testing.T) {
	for major, want := range map[int]map[string]int{
		15: {"grafana-9628": 32, "postgres_mixin": 6, "postgres_mixin-alerts": 15},
		18: {"grafana-9628": 31, "postgres_mixin": 5, "postgres_mixin-alerts": 15},
	} {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			server := pgtest.Start(t, major)
			server.Exec(t, "postgres", "CREATE TABLE items (); SELECT pg_create_physical_replication_slot('standby')")
			rules, err := filepath.Abs("postgres_exporter.yml")
			require.NoError(t, err)
			exporter := apptest.Start(t, "--database.url="+server.URL("postgres", pgserver.Superuser), "--collect.shutdown-wait=0s")
			prometheus := promtest.Start(t, fmt.Sprintf(scrape, rules, exporter.Addr()))
			prometheus.Await(t, "pg_stat_database_xact_rollback")
			prometheus.Await(t, "pg_stat_user_tables_n_live_tup")
			got := map[string]int{}
			for _, line := range readBoards(t) {
				if missing := missing(t, prometheus, line.series); len(missing) > 0 {
					t.Logf("%s: %s lacks %s", line.board, line.panel, missing)
					continue
				}
				got[line.board]++
			}
			require.Equal(t, want, got)
		})
	}
}

// panel is a panel or an alert, with selectors of the series that it reads.
type panel struct {
	board, panel string
	series       []string
}

func readBoards(t *testing.T) []panel {
	t.Helper()
	text, err := os.ReadFile("testdata/boards.tsv")
	require.NoError(t, err)
	var panels []panel
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		require.Len(t, fields, 3, line)
		panels = append(panels, panel{fields[0], fields[1], strings.Fields(fields[2])})
	}
	return panels
}

func missing(t *testing.T, prometheus *promtest.Server, selectors []string) (missing []string) {
	t.Helper()
	for _, selector := range selectors {
		if len(prometheus.Query(t, selector)) == 0 {
			missing = append(missing, selector)
		}
	}
	return missing
}
