package rules_test

import (
	"regexp"
	"slices"
	"strings"
)

// What is no metric and no number of an expression: strings, matchers, ranges, offsets, lists of labels.
var (
	asides    = regexp.MustCompile(`"[^"]*"|\{[^}]*\}|\[[^\]]*\]|offset \w+|\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\)`)
	comments  = regexp.MustCompile(`(?m)#.*$`)
	words     = regexp.MustCompile(`[a-zA-Z_:][\w:]*( *\()?`)
	numbers   = regexp.MustCompile(`(^|[^\w:.])(\d[\d.e]*)`)
	compares  = regexp.MustCompile(`==|!=|>=|<=|>|<`)
	operators = []string{"and", "or", "unless", "bool"}
)

// bare is the expression with its asides blanked out, so that what is left stands where it stood.
func bare(expr string) string {
	blank := func(s string) string { return strings.Repeat(" ", len(s)) }
	return asides.ReplaceAllStringFunc(comments.ReplaceAllStringFunc(expr, blank), blank)
}

// metrics are the series that the expression reads.
func metrics(expr string) []string {
	var found []string
	for _, word := range words.FindAllString(bare(expr), -1) {
		if !strings.HasSuffix(word, "(") && !slices.Contains(operators, word) {
			found = append(found, word)
		}
	}
	return found
}

// literals are the numbers that the expression writes out.
func literals(expr string) []string {
	var found []string
	for _, match := range numbers.FindAllStringSubmatch(bare(expr), -1) {
		found = append(found, match[2])
	}
	return found
}

// flips returns the expression with one comparison turned round or moved by its own edge, for each way to do so.
func flips(expr string) []string {
	others := map[string][]string{
		"==": {"!="}, "!=": {"=="}, ">": {">=", "<"}, "<": {"<=", ">"}, ">=": {">", "<"}, "<=": {"<", ">"},
	}
	var flipped []string
	for _, at := range compares.FindAllStringIndex(bare(expr), -1) {
		for _, other := range others[expr[at[0]:at[1]]] {
			flipped = append(flipped, expr[:at[0]]+other+expr[at[1]:])
		}
	}
	return flipped
}
