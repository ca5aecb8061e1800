// Package docs_test checks that names in the documents exist.
package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// row is an item of the guide. Table rows start with a bar, so the cells are 1 to 4.
type row struct {
	section                      string
	bullet, metric, alert, panel string
}

func coverage(t *testing.T) []row {
	t.Helper()
	var rows []row
	var section string
	for line := range strings.Lines(read(t, "coverage.md")) {
		if heading, found := strings.CutPrefix(line, "## "); found {
			section = strings.TrimSpace(heading)
			continue
		}
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- ") {
			continue
		}
		cells := strings.Split(line, "|")
		require.Len(t, cells, 6, line)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[2] != "metric" {
			rows = append(rows, row{section, cells[1], cells[2], cells[3], cells[4]})
		}
	}
	return rows
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

var quoted = regexp.MustCompile("`([^`]+)`")

func names(cell string) []string {
	var found []string
	for _, match := range quoted.FindAllStringSubmatch(cell, -1) {
		found = append(found, match[1])
	}
	return found
}

// The guide has this many items in each section. A setup block counts as one item.
func TestAllItemsOfTheGuideAreListed(t *testing.T) {
	count := map[string]int{}
	for _, r := range coverage(t) {
		count[r.section]++
	}
	require.Equal(t, map[string]int{
		"1. Error tracking (Sentry)":         1 + 9 + 5,
		"2. Performance monitoring":          6 + 1 + 6 + 2 + 5 + 3,
		"3. Uptime monitoring (UptimeRobot)": 2 + 6 + 4 + 1 + 6,
		"4. Business metrics":                4 + 5 + 5 + 4 + 4 + 3,
		"5. Log management":                  2 + 4,
		"6. Alert management":                4 + 4 + 4 + 3 + 3 + 4,
		"7. Incident response":               6*3 + 1,
		"8. Monitoring checklist":            5 + 5 + 5,
		"9. Tools and services":              5 + 4,
		"10. Monitoring budget":              5 + 5,
		"Beyond the guide":                   7,
	}, count)
}

func TestItemsHaveMetricsOrAReason(t *testing.T) {
	reason := regexp.MustCompile(`(planned|elsewhere): \S`)
	for _, r := range coverage(t) {
		if len(names(r.metric)) == 0 {
			require.Regexp(t, reason, r.metric, r.bullet)
		}
	}
}

func TestMetricsExist(t *testing.T) {
	exported := map[string]bool{"up": true} // of Prometheus itself
	for line := range strings.Lines(read(t, "metrics.md")) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, name := range names(cells[1]) {
				exported[name] = true
			}
		}
	}
	for rule := range bundle(t).All() {
		exported[rule.Record] = true
	}
	for _, r := range coverage(t) {
		if strings.HasPrefix(r.metric, "elsewhere: ") { // may name a file
			continue
		}
		for _, name := range names(r.metric) {
			require.True(t, exported[name], "%q names %s, which is neither exported nor recorded", r.bullet, name)
		}
	}
}

// docs/alerts.md lists every alert; this page lists those that implement an item of the guide.
func TestAlertsExist(t *testing.T) {
	exist := map[string]bool{}
	for _, alert := range bundle(t).Alerts() {
		exist[alert.Alert] = true
	}
	for _, r := range coverage(t) {
		for _, name := range names(r.alert) {
			require.True(t, exist[name], "%q names %s, which no rule defines", r.bullet, name)
		}
	}
}

func TestPanelsExist(t *testing.T) {
	exist := panels(t)
	for _, r := range coverage(t) {
		for _, name := range names(r.panel) {
			require.True(t, exist[name], "%q names %s, which is on no board", r.bullet, name)
		}
	}
}

func bundle(t *testing.T) rules.Bundle {
	t.Helper()
	loaded, err := rules.Load()
	require.NoError(t, err)
	return loaded
}

type panel struct {
	Title  string
	Panels []panel // of a collapsed row
}

// panels returns "Board / Panel" of all boards, without the common prefix of the board titles.
func panels(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../dashboards/json/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	titles := map[string]bool{}
	for _, file := range files {
		var board panel
		require.NoError(t, json.Unmarshal([]byte(read(t, file)), &board), file)
		title := strings.TrimPrefix(board.Title, "Marketplace / ")
		for _, p := range board.Panels {
			titles[title+" / "+p.Title] = true
			for _, inner := range p.Panels {
				titles[title+" / "+inner.Title] = true
			}
		}
	}
	return titles
}
