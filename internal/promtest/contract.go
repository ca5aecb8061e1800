package promtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
	"github.com/aimarketplace/monitoring/rules"
)

// selector is a node of the syntax tree that Prometheus' API returns.
type selector struct {
	Type, Name string
	Matchers   []struct{ Name, Type, Value string }
	Args       []selector
	Expr       *selector
	Param      *selector
	LHS, RHS   *selector
}

func (s *selector) walk(visit func(*selector)) {
	if s == nil {
		return
	}
	visit(s)
	for i := range s.Args {
		s.Args[i].walk(visit)
	}
	for _, child := range []*selector{s.Expr, s.Param, s.LHS, s.RHS} {
		child.walk(visit)
	}
}

// Contract knows the metrics that queries may select.
type Contract struct {
	server     *Server
	labels     map[string][]string // of exported metrics; nil for recorded ones
	thresholds []rules.Threshold
}

// NewContract returns the contract of the metrics in docs/metrics.md and of the rules.
func NewContract(t testing.TB, server *Server) *Contract {
	t.Helper()
	root, err := toolbox.Root()
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join(root, "docs", "metrics.md"))
	require.NoError(t, err)
	c := &Contract{server: server, labels: map[string][]string{}}
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, "|"); len(cells) > 4 && strings.HasPrefix(cells[1], " `") {
			name, labels := strings.Trim(cells[1], " `"), []string{}
			for _, match := range quoted.FindAllStringSubmatch(cells[3], -1) {
				labels = append(labels, match[1])
			}
			c.labels[name] = labels
			if strings.TrimSpace(cells[2]) == "histogram" {
				c.labels[name+"_bucket"] = append(slices.Clone(labels), "le")
			}
		}
	}
	bundle, err := rules.Load()
	require.NoError(t, err)
	for rule := range bundle.All() {
		if rule.Record != "" {
			c.labels[rule.Record] = nil
		}
	}
	c.thresholds, err = bundle.Thresholds()
	require.NoError(t, err)
	return c
}

// Check fails the test if an expression selects a metric that neither the exporter exports nor a
// rule records, a label that the metric does not have, or not exactly one limit. Metrics of
// Prometheus and Alertmanager and selectors of several metrics are not checked.
func (c *Contract) Check(t testing.TB, expr string) {
	t.Helper()
	own := regexp.MustCompile(`^(up|ALERTS|scrape_.*|prometheus_.*|process_.*|alertmanager_.*)$`)
	c.parse(t, expr).walk(func(s *selector) {
		if s.Type != "vectorSelector" && s.Type != "matrixSelector" || s.Name == "" || own.MatchString(s.Name) {
			return
		}
		labels, known := c.labels[s.Name]
		require.True(t, known, "%s is neither exported nor recorded, in %s", s.Name, expr)
		given := map[string]string{}
		for _, m := range s.Matchers {
			if m.Name != "__name__" && m.Type == "=" {
				given[m.Name] = m.Value
			}
			target := slices.Contains([]string{"__name__", "environment", "server", "instance", "job"}, m.Name)
			require.True(t, target || labels == nil || slices.Contains(labels, m.Name), "%s has no label %s, in %s", s.Name, m.Name, expr)
		}
		if strings.HasPrefix(s.Name, "threshold:") {
			c.checkThreshold(t, s.Name, given)
		}
	})
}

// checkThreshold requires all labels that distinguish the limits of a signal, or none if the limits
// are a table.
func (c *Contract) checkThreshold(t testing.TB, name string, given map[string]string) {
	t.Helper()
	table := []string{"method", "route", "metric"}
	for _, threshold := range c.thresholds {
		labels := maps.Clone(threshold.Labels)
		maps.DeleteFunc(labels, func(label, _ string) bool { return slices.Contains(table, label) })
		if threshold.Series == name && (len(labels) == 0 && len(given) == 0 || maps.Equal(labels, given)) {
			return
		}
	}
	require.Fail(t, "no single limit", "%s%v: hint: add the labels that distinguish its limits", name, given)
}

func (c *Contract) parse(t testing.TB, expr string) *selector {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		c.server.URL()+"/api/v1/parse_query?"+url.Values{"query": {expr}}.Encode(), http.NoBody)
	require.NoError(t, err)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }() // read completely
	var answer struct {
		Error string
		Data  selector
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Empty(t, answer.Error, expr)
	return &answer.Data
}

// Panels returns all panels of the boards as BOARD/NUMBER.
func Panels(t testing.TB) []string {
	t.Helper()
	root, err := toolbox.Root()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "json", "*.json"))
	require.NoError(t, err)
	type panel struct {
		ID     int
		Panels []panel
	}
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var board struct {
			UID    string
			Panels []panel
		}
		require.NoError(t, json.Unmarshal(text, &board))
		for _, p := range board.Panels {
			for _, inner := range append(p.Panels, p) {
				found = append(found, fmt.Sprintf("%s/%d", board.UID, inner.ID))
			}
		}
	}
	return found
}
