package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/rules"
)

// exprMutants changes one token of the expression at a time, or removes one operand or matcher.
func exprMutants(t *testing.T, rule rules.Rule) []*mutant {
	t.Helper()
	if strings.HasPrefix(rule.Expr, "vector(") {
		return nil
	}
	var all []*mutant
	same := map[string]int{}
	add := func(start, end int, replacement string) {
		changed := rule
		changed.Expr = strings.TrimSpace(rule.Expr[:start] + replacement + rule.Expr[end:])
		change := elided(rule.Expr[start:end]) + " → " + replacement
		all = append(all, &mutant{original: rule, changed: changed, change: change + strings.Repeat("'", same[change])})
		same[change]++
	}
	tokens := promqlScan(rule.Expr)
	for i, token := range tokens {
		for _, other := range replacements(t, token, rule) {
			add(token.Start, token.End(), other)
		}
		for _, part := range removals(tokens, i) {
			add(part.start, part.end, "")
		}
	}
	return all
}

// elided returns the text on one line, with its middle left out if it is long.
func elided(text string) string {
	const start, end = 60, 30
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= start+end {
		return text
	}
	return text[:start] + "…" + text[len(text)-end:]
}

// span is a part of an expression, in bytes.
type span struct{ start, end int }

// removals returns the parts without which the expression stays valid and that token i introduces.
func removals(tokens []promqlToken, i int) []span {
	token := tokens[i]
	switch {
	case token.Role == promqlOffset:
		return []span{{tokens[i-1].Start, token.End()}}
	case token.Role == promqlKeyword && isSetOperator(token.Text):
		return operands(tokens, i)
	case token.Role != promqlLabel:
		return nil
	case isList(tokens[:i]):
		return element(tokens, i, i)
	case strings.ContainsAny(tokens[i+1].Text, "=~") && token.Text != "__name__":
		return element(tokens, i, i+2) // with the operator and the value
	default:
		return nil
	}
}

// element returns the tokens from first to last with one of the commas beside them. It returns none
// for the only label of a list, without which the list is another operator.
func element(tokens []promqlToken, first, last int) []span {
	switch {
	case tokens[last+1].Text == ",":
		return []span{{tokens[first].Start, tokens[last+1].End()}}
	case tokens[first-1].Text == ",":
		return []span{{tokens[first-1].Start, tokens[last].End()}}
	case first != last:
		return []span{{tokens[first].Start, tokens[last].End()}}
	default:
		return nil
	}
}

// isList reports whether the tokens end inside the list of an aggregation.
func isList(tokens []promqlToken) bool {
	for i := len(tokens) - 1; i > 0; i-- {
		if tokens[i].Text == "{" {
			return false
		}
		if tokens[i].Text == "(" {
			return tokens[i-1].Text == "by" || tokens[i-1].Text == "without"
		}
	}
	return false
}

func isSetOperator(text string) bool { return slices.Contains([]string{"and", "or", "unless"}, text) }

// operands returns the right operand of the set operator i with the operator, and the left operand
// if no other operator of the same precedence precedes it. Without its left operand, `unless` has no
// meaning.
func operands(tokens []promqlToken, i int) []span {
	operator := tokens[i]
	right := i + 1
	for right < len(tokens) && !ends(tokens, i, right) {
		right++
	}
	parts := []span{{operator.Start, tokens[right-1].End()}}
	left := i - 1
	for left >= 0 && !begins(tokens, left, i) {
		left--
	}
	if operator.Text != "unless" && (left < 0 || !isSetOperator(tokens[left].Text) || operator.Text == "and" && tokens[left].Text == "or") {
		parts = append(parts, span{tokens[left+1].Start, tokens[afterMatching(tokens, i)-1].End()})
	}
	return parts
}

// ends reports whether the token j after the set operator i does not belong to its right operand.
func ends(tokens []promqlToken, i, j int) bool {
	if depth(tokens[i+1:j]) > 0 {
		return false
	}
	text := tokens[j].Text
	return text == ")" || text == "," || text == "or" || isSetOperator(text) && tokens[i].Text != "or"
}

// begins reports whether the token j before the set operator i does not belong to its left operand.
func begins(tokens []promqlToken, j, i int) bool {
	if depth(tokens[j+1:i]) < 0 {
		return false
	}
	text := tokens[j].Text
	return text == "(" || text == "," || text == "or" || isSetOperator(text) && tokens[i].Text != "or"
}

// depth returns how many more parentheses, brackets and braces open than close.
func depth(tokens []promqlToken) int {
	open := 0
	for _, token := range tokens {
		switch token.Text {
		case "(", "{":
			open++
		case ")", "}":
			open--
		}
	}
	return open
}

// afterMatching returns the first token of the right operand, after `on` or `ignoring` and its list.
func afterMatching(tokens []promqlToken, i int) int {
	if tokens[i+1].Text != "on" && tokens[i+1].Text != "ignoring" {
		return i + 1
	}
	for j := i + 3; ; j++ {
		if tokens[j].Text == ")" {
			return j + 1
		}
	}
}

// replacements returns the texts that replace a token.
func replacements(t *testing.T, token promqlToken, rule rules.Rule) []string {
	t.Helper()
	switch {
	case token.Role == promqlComparison:
		return map[string][]string{
			"==": {"!="}, "!=": {"=="}, ">": {">=", "<"}, "<": {"<=", ">"}, ">=": {">", "<"}, "<=": {"<", ">"},
		}[token.Text]
	case token.Role == promqlFunction:
		return map[string][]string{
			"max": {"min"}, "min": {"max"}, "sum": {"max"}, "avg": {"max"},
			"max_over_time": {"min_over_time"}, "avg_over_time": {"max_over_time"}, "sum_over_time": {"avg_over_time"},
			"last_over_time": {"max_over_time"}, "increase": {"delta", "rate"}, "rate": {"increase"}, "delta": {"increase"},
		}[token.Text]
	case token.Role == promqlRange && rule.Record != "": // alerts would need many more stories
		return []string{doubled(t, token.Text)}
	default:
		return nil
	}
}

// doubled returns the range with twice the duration: [10m] for [5m], [2h:5m] for [1h:5m].
func doubled(t *testing.T, text string) string {
	t.Helper()
	duration, step, found := strings.Cut(strings.Trim(text, "[]"), ":")
	duration = scaled(t, duration, 2)
	if found {
		duration += ":" + step
	}
	return "[" + duration + "]"
}
