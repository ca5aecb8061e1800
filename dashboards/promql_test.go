package dashboards_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// rateInterval and wholeRange stand for Grafana's in the tree, where nobody would write them by hand.
const (
	rateInterval = 11277964
	wholeRange   = 11277965
)

// node is a part of an expression, as Prometheus' parser understands it.
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

// walk visits a node and all below it, together with the functions that it is inside of.
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

func parse(t *testing.T, server *promtest.Server, q question) *node {
	t.Helper()
	q = q.as(map[string]string{
		"__rate_interval": "11277964ms", "__range": "11277965ms", "environment": ".*", "datname": ".*", "origin": ".*",
	})
	var tree node
	answer := ask(t, server, "/api/v1/parse_query", url.Values{"query": {q.expr}})
	require.NoError(t, json.Unmarshal(answer, &tree), q.where)
	return &tree
}

// What Grafana's dashboard-linter asks of queries, and more. It also wants the variables job and instance on each
// board: they would be of no use, since boards look at what a pair of exporters agrees on.
func TestQueriesAreSound(t *testing.T) {
	server := promtest.Start(t, "")
	known := exposed(t)
	for rule := range loadRules(t).All() {
		known[rule.Record] = nil // "" for an alert, which no query names
	}
	for _, q := range questions(t) {
		parse(t, server, q).walk(nil, func(n *node, inside []string) {
			if n.Type != "vectorSelector" && n.Type != "matrixSelector" {
				return
			}
			checkSelector(t, q, n, inside)
			checkName(t, q, n, known)
		})
	}
}

func checkSelector(t *testing.T, q question, n *node, inside []string) {
	t.Helper()
	called := ""
	if len(inside) > 0 {
		called = inside[len(inside)-1]
	}
	if called == "rate" || called == "deriv" {
		require.EqualValues(t, rateInterval, n.Range, "%s: %s wants $__rate_interval", q.where, called)
	}
	if called == "increase" {
		require.Contains(t, []int64{rateInterval, wholeRange}, n.Range, "%s: increase wants $__rate_interval or $__range", q.where)
	}
	counter := isCounter(n.Name)
	require.Equal(t, counter, called == "rate" || called == "increase", "%s: %s: counters want a rate, and nothing else does", q.where, n.Name)

	global := regexp.MustCompile(`^(threshold:|core:|marketplace_rules_info$|up$)`).MatchString(n.Name) || matches(n, "alertname", "=")
	asks := q.label == "environment" // nothing is chosen yet
	require.True(t, global || asks || matches(n, "environment", "=~"), "%s: %s of all environments", q.where, n.Name)
}

// isCounter knows the parts of a histogram, too. What is recorded, with colons in its name, is a rate already.
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

// checkName holds a metric and its matchers against what exists. What others than our exporter expose is held against
// real servers only.
func checkName(t *testing.T, q question, n *node, known map[string][]string) {
	t.Helper()
	if regexp.MustCompile(`^(ALERTS|ALERTS_FOR_STATE|up|scrape_.*|process_.*|prometheus_.*|marketplace_exporter_build_info)$`).MatchString(n.Name) {
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
			require.Contains(t, labels, matcher.Name, "%s: %s has no such label", q.where, n.Name)
		}
	}
}

// exposed is the metrics of docs/metrics.md and their labels.
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
