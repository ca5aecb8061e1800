// Package promql splits PromQL expressions into tokens, for tests that check or change rules and
// dashboards.
//
// Scan does not parse: it recognizes the role of each token from its neighbors. Prometheus' own
// parser would bring 23 modules into go.mod.
package promql

import (
	"regexp"
	"slices"
	"strings"
)

// Role is the part that a token plays in an expression.
type Role int

// The roles of tokens.
const (
	Symbol     Role = iota // punctuation, arithmetic and the operators of matchers
	Comparison             // ==, !=, >, <, >= or <=, outside of matchers
	Metric
	Function // or aggregation
	Keyword  // such as and, by, offset
	Label    // in a matcher or in a list such as by (route)
	Number
	Offset // duration after the keyword offset
	Range  // duration in brackets, with the brackets: [5m] or [1h:5m]
	String // with its quotes
)

// Token is a piece of an expression. Comments and white space are no tokens.
type Token struct {
	Role  Role
	Text  string
	Start int // byte offset in the expression
}

// End returns the byte offset of the first byte after the token.
func (t Token) End() int { return t.Start + len(t.Text) }

var (
	pattern = regexp.MustCompile(`#[^\n]*` +
		`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" +
		`|\[[^\]]*\]` +
		`|[a-zA-Z_:][\w:]*` +
		`|\d[\w.]*` +
		`|==|!=|=~|!~|>=|<=` +
		`|\S`)
	name = regexp.MustCompile(`^[a-zA-Z_:]`)
)

// Scan returns the tokens of an expression.
func Scan(expr string) []Token {
	var tokens []Token
	for _, at := range pattern.FindAllStringIndex(expr, -1) {
		if expr[at[0]] != '#' {
			tokens = append(tokens, Token{Text: expr[at[0]:at[1]], Start: at[0]})
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
			tokens[i].Role = role(tokens, i, braces || list)
		}
	}
	return tokens
}

// role returns the role of token i, which may be between braces or in a list of labels.
func role(tokens []Token, i int, labels bool) Role {
	text := tokens[i].Text
	follows := func(words ...string) bool { return i+1 < len(tokens) && slices.Contains(words, tokens[i+1].Text) }
	switch {
	case strings.ContainsAny(text[:1], "\"'`"):
		return String
	case text[0] == '[' && len(text) > 1:
		return Range
	case name.MatchString(text) && labels:
		return Label
	case beforeList(text) || isOperator(text):
		return Keyword
	case name.MatchString(text) && follows("(", "by", "without"):
		return Function
	case name.MatchString(text):
		return Metric
	case text[0] >= '0' && text[0] <= '9':
		if i > 0 && tokens[i-1].Text == "offset" {
			return Offset
		}
		return Number
	case isComparison(text) && !labels:
		return Comparison
	default:
		return Symbol
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

// Texts returns the tokens of one role, such as all metrics that the expression reads.
func Texts(expr string, role Role) []string {
	var texts []string
	for _, token := range Scan(expr) {
		if token.Role == role {
			texts = append(texts, token.Text)
		}
	}
	return texts
}

// Replace returns the expression with the tokens of one role replaced.
func Replace(expr string, role Role, replace func(text string) string) string {
	var result strings.Builder
	end := 0
	for _, token := range Scan(expr) {
		if token.Role == role {
			result.WriteString(expr[end:token.Start] + replace(token.Text))
			end = token.End()
		}
	}
	return result.String() + expr[end:]
}
