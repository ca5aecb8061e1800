package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// promqlRole is the part that a token plays in an expression. promqlScan does not parse: it
// recognizes the role of each token from its neighbors. Prometheus' own parser would bring 23
// modules into go.mod.
type promqlRole int

// The roles of tokens.
const (
	promqlSymbol     promqlRole = iota // punctuation, arithmetic and the operators of matchers
	promqlComparison                   // ==, !=, >, <, >= or <=, outside of matchers
	promqlMetric
	promqlFunction // or aggregation
	promqlKeyword  // such as and, by, offset
	promqlLabel    // in a matcher or in a list such as by (route)
	promqlNumber
	promqlOffset // duration after the keyword offset
	promqlRange  // duration in brackets, with the brackets: [5m] or [1h:5m]
	promqlString // with its quotes
)

// promqlToken is a piece of an expression. Comments and white space are not tokens.
type promqlToken struct {
	Role  promqlRole
	Text  string
	Start int // byte offset in the expression
}

// End returns the byte offset of the first byte after the token.
func (t promqlToken) End() int { return t.Start + len(t.Text) }

var (
	promqlPattern = regexp.MustCompile(`#[^\n]*` +
		`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" +
		`|\[[^\]]*\]` +
		`|[a-zA-Z_:][\w:]*` +
		`|\d[\w.]*` +
		`|==|!=|=~|!~|>=|<=` +
		`|\S`)
	promqlName = regexp.MustCompile(`^[a-zA-Z_:]`)
)

// promqlScan returns the tokens of an expression.
func promqlScan(expr string) []promqlToken {
	var tokens []promqlToken
	for _, at := range promqlPattern.FindAllStringIndex(expr, -1) {
		if expr[at[0]] != '#' {
			tokens = append(tokens, promqlToken{Text: expr[at[0]:at[1]], Start: at[0]})
		}
	}
	braces, list := false, false
	for i := range tokens {
		switch tokens[i].Text {
		case "{":
			braces = true
		case "}":
			braces = false
		case "(":
			list = i > 0 && beforeList(tokens[i-1].Text)
		case ")":
			list = false
		default:
			tokens[i].Role = promqlRoleOf(tokens, i, braces || list)
		}
	}
	return tokens
}

// promqlRoleOf returns the role of token i, which may be between braces or in a list of labels.
func promqlRoleOf(tokens []promqlToken, i int, labels bool) promqlRole {
	text := tokens[i].Text
	follows := func(words ...string) bool { return i+1 < len(tokens) && slices.Contains(words, tokens[i+1].Text) }
	switch {
	case strings.ContainsAny(text[:1], "\"'`"):
		return promqlString
	case text[0] == '[' && len(text) > 1:
		return promqlRange
	case promqlName.MatchString(text) && labels:
		return promqlLabel
	case beforeList(text) || isOperator(text):
		return promqlKeyword
	case promqlName.MatchString(text) && follows("(", "by", "without"):
		return promqlFunction
	case promqlName.MatchString(text):
		return promqlMetric
	case text[0] >= '0' && text[0] <= '9':
		if i > 0 && tokens[i-1].Text == "offset" {
			return promqlOffset
		}
		return promqlNumber
	case isComparison(text) && !labels:
		return promqlComparison
	default:
		return promqlSymbol
	}
}

// beforeList reports whether a list of labels follows the keyword.
func beforeList(text string) bool {
	return slices.Contains([]string{"by", "without", "on", "ignoring", "group_left", "group_right"}, text)
}

func isOperator(text string) bool {
	return slices.Contains([]string{"and", "or", "unless", "bool", "offset"}, text)
}

func isComparison(text string) bool {
	return slices.Contains([]string{"==", "!=", ">", "<", ">=", "<="}, text)
}

// promqlTexts returns the tokens of one role, such as all metrics that the expression reads.
func promqlTexts(expr string, role promqlRole) []string {
	var texts []string
	for _, token := range promqlScan(expr) {
		if token.Role == role {
			texts = append(texts, token.Text)
		}
	}
	return texts
}

// promqlReplace returns the expression with the tokens of one role replaced.
func promqlReplace(expr string, role promqlRole, replace func(text string) string) string {
	var result strings.Builder
	end := 0
	for _, token := range promqlScan(expr) {
		if token.Role == role {
			result.WriteString(expr[end:token.Start] + replace(token.Text))
			end = token.End()
		}
	}
	return result.String() + expr[end:]
}

const scanned = `
  max without (instance, pod) (rate(a_total{code=~"5..|x > 1", path!='}'}[5m] offset 167h30m)) # or b
    / on (method) group_left () c:d:rate5m >= bool 0.95
    unless sum by (route) (max_over_time(e:f[1h:5m])) * 3e2 == 1
`

func TestPromqlTexts(t *testing.T) {
	t.Parallel()
	for role, want := range map[promqlRole][]string{
		promqlMetric:     {"a_total", "c:d:rate5m", "e:f"},
		promqlFunction:   {"max", "rate", "sum", "max_over_time"},
		promqlKeyword:    {"without", "offset", "on", "group_left", "bool", "unless", "by"},
		promqlLabel:      {"instance", "pod", "code", "path", "method", "route"},
		promqlNumber:     {"0.95", "3e2", "1"},
		promqlOffset:     {"167h30m"},
		promqlRange:      {"[5m]", "[1h:5m]"},
		promqlString:     {`"5..|x > 1"`, `'}'`},
		promqlComparison: {">=", "=="},
	} {
		require.Equal(t, want, promqlTexts(scanned, role))
	}
}

func TestPromqlScanLocatesTokens(t *testing.T) {
	t.Parallel()
	for _, token := range promqlScan(scanned) {
		require.Equal(t, token.Text, scanned[token.Start:token.End()])
	}
}

func TestPromqlReplace(t *testing.T) {
	t.Parallel()
	require.Equal(t, `a{b="a"} > A:B`, promqlReplace(`a{b="a"} > a:b`, promqlMetric, func(text string) string {
		if text == "a:b" {
			return strings.ToUpper(text)
		}
		return text
	}))
}
