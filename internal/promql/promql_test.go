package promql_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promql"
)

const expr = `
  max without (instance, pod) (rate(a_total{code=~"5..|x > 1", path!='}'}[5m] offset 167h30m)) # or b
    / on (method) group_left () c:d:rate5m >= bool 0.95
    unless sum by (route) (max_over_time(e:f[1h:5m])) * 3e2 == 1
`

func TestTexts(t *testing.T) {
	t.Parallel()
	for role, want := range map[promql.Role][]string{
		promql.Metric:     {"a_total", "c:d:rate5m", "e:f"},
		promql.Function:   {"max", "rate", "sum", "max_over_time"},
		promql.Keyword:    {"without", "offset", "on", "group_left", "bool", "unless", "by"},
		promql.Label:      {"instance", "pod", "code", "path", "method", "route"},
		promql.Number:     {"0.95", "3e2", "1"},
		promql.Offset:     {"167h30m"},
		promql.Range:      {"[5m]", "[1h:5m]"},
		promql.String:     {`"5..|x > 1"`, `'}'`},
		promql.Comparison: {">=", "=="},
	} {
		require.Equal(t, want, promql.Texts(expr, role))
	}
}

func TestScanLocatesTokens(t *testing.T) {
	t.Parallel()
	for _, token := range promql.Scan(expr) {
		require.Equal(t, token.Text, expr[token.Start:token.End()])
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	require.Equal(t, `a{b="a"} > A:B`, promql.Replace(`a{b="a"} > a:b`, promql.Metric, func(text string) string {
		if text == "a:b" {
			return strings.ToUpper(text)
		}
		return text
	}))
}
