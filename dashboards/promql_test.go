package dashboards_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// rateInterval and timeRange replace Grafana's variables in parsed queries. The values occur
// nowhere else.
const (
	rateInterval = 11277964
	timeRange    = 11277965
)

// node is a node of the syntax tree that Prometheus' API returns.
type node struct {
	Type, Name string
	Range      int64
	Func       struct{ Name string }
	Matchers   []struct{ Name, Type, Value string }
	Args       []node
	Expr       *node
	Param      *node
	LHS, RHS   *node
}

// walk visits the node and its descendants, with the names of the enclosing functions.
func (n *node) walk(inside []string, visit func(n *node, inside []string)) {
	if n == nil {
		return
	}
	visit(n, inside)
	if n.Type == "call" {
		inside = append(slices.Clone(inside), n.Func.Name)
	}
	for i := range n.Args {
		n.Args[i].walk(inside, visit)
	}
	for _, child := range []*node{n.Expr, n.Param, n.LHS, n.RHS} {
		child.walk(inside, visit)
	}
}

func parse(t *testing.T, server *promtest.Server, q query) *node {
	t.Helper()
	q = q.withVariables(map[string]string{
		"__rate_interval": "11277964ms", "__range": "11277965ms", "environment": ".*", "datname": ".*", "origin": ".*",
	})
	var tree node
	response := get(t, server, "/api/v1/parse_query", url.Values{"query": {q.expr}})
	require.NoError(t, json.Unmarshal(response, &tree), q.where)
	return &tree
}

// TestQueriesFollowTheRules checks the rules of Grafana's dashboard-linter and others. It omits the
// linter's rule that each board has the variables job and instance, because boards deduplicate
// redundant exporters.
func TestQueriesFollowTheRules(t *testing.T) {
	server := promtest.Start(t, "")
	known := exposed(t)
	for rule := range loadRules(t).All() {
		known[rule.Record] = nil // "" for an alert, which no query selects
	}
	for _, q := range boardQueries(t) {
		parse(t, server, q).walk(nil, func(n *node, inside []string) {
			if n.Type != "vectorSelector" && n.Type != "matrixSelector" || matches(n, "__name__", "=~") {
				return // not a selector of one metric
			}
			checkSelector(t, q, n, inside)
			checkName(t, q, n, known)
		})
	}
}

func checkSelector(t *testing.T, q query, n *node, inside []string) {
	t.Helper()
	function := ""
	if len(inside) > 0 {
		function = inside[len(inside)-1]
	}
	// Postgres counts the time of a checkpoint when it ends, so a shorter range would exceed 100 %.
	checkpoints := strings.HasPrefix(n.Name, "pg_stat_checkpointer_") && n.Range == 3600_000
	if (function == "rate" || function == "deriv") && !checkpoints {
		require.EqualValues(t, rateInterval, n.Range, "%s: %s requires $__rate_interval", q.where, function)
	}
	if function == "increase" {
		require.Contains(t, []int64{rateInterval, timeRange}, n.Range, "%s: increase requires $__rate_interval or $__range", q.where)
	}
	counter := isCounter(n.Name)
	require.Equal(t, counter, function == "rate" || function == "increase", "%s: %s: counters require rate or increase, and other metrics forbid it", q.where, n.Name)

	global := regexp.MustCompile(`^(threshold:|core:|critical:|service:|limits:|marketplace_rules_info$|up$)`).MatchString(n.Name) || matches(n, "alertname", "=")
	lists := q.label == "environment" // lists the environments to select from
	require.True(t, global || lists || matches(n, "environment", "=~"), "%s: %s does not select an environment", q.where, n.Name)
}

// isCounter reports whether a metric is a counter or part of a histogram. Names of recorded series
// have colons.
func isCounter(name string) bool {
	return regexp.MustCompile(`^\w+_(total|bucket|count)$`).MatchString(name)
}

func matches(n *node, label, kind string) bool {
	for _, matcher := range n.Matchers {
		if matcher.Name == label && matcher.Type == kind {
			return true
		}
	}
	return false
}

// checkName requires that the metric and the labels of its matchers exist. Metrics of other
// exporters are covered by TestEveryQueryReturnsData only.
func checkName(t *testing.T, q query, n *node, known map[string][]string) {
	t.Helper()
	if regexp.MustCompile(`^(ALERTS|ALERTS_FOR_STATE|up|scrape_.*|process_.*|prometheus_.*|alertmanager_.*|marketplace_exporter_build_info)$`).MatchString(n.Name) {
		return
	}
	labels, found := known[n.Name]
	if histogram, isHistogram := known[regexp.MustCompile(`_(bucket|count)$`).ReplaceAllString(n.Name, "")]; !found && isHistogram {
		labels, found = append([]string{"le"}, histogram...), true
	}
	require.True(t, found, "%s: %s is neither exposed nor recorded", q.where, n.Name)
	if labels == nil {
		return
	}
	for _, matcher := range n.Matchers {
		if !slices.Contains([]string{"__name__", "environment", "job", "instance"}, matcher.Name) {
			require.Contains(t, labels, matcher.Name, "%s: unknown label of %s", q.where, n.Name)
		}
	}
}

// exposed returns the metrics of docs/metrics.md with their labels.
func exposed(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/metrics.md")
	require.NoError(t, err)
	metrics := map[string][]string{}
	for _, line := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| \\w+ \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		metrics[line[1]] = append([]string{}, regexp.MustCompile(`\w+`).FindAllString(line[2], -1)...)
	}
	require.NotEmpty(t, metrics)
	return metrics
}
