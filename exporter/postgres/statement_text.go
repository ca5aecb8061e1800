package postgres

import (
	"regexp"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// missingTexts returns the queryids without a text, and deletes the texts of statements that are no
// longer chosen.
func (s *statements) missingTexts() []string {
	known := s.texts
	s.texts = map[string]string{}
	missing := []string{}
	for key := range s.chosen {
		if text, ok := known[key.queryid]; ok {
			s.texts[key.queryid] = text
		} else if key.queryid != "unknown" {
			missing = append(missing, key.queryid)
		}
	}
	return missing
}

// storeTexts stores an empty text for a statement without one: it was evicted in the meantime or
// its text was lost, and requesting it again would cost as much.
func (s *statements) storeTexts(result database.Result) {
	for _, row := range result.Rows {
		s.texts[string(row[0])] = s.cleaner.clean(string(row[1]))
	}
	for _, queryid := range s.missingTexts() {
		s.texts[queryid] = ""
	}
}

// textLimit is the maximum length of an exported text, in characters.
const textLimit = 200

// tokens matches the tokens of a statement that may be removed or must be skipped. Postgres replaces
// constants by $1, but not in all texts, and it keeps comments, which can contain trace IDs. The end
// of the text ends a truncated token.
const tokens = `(?is)(?P<comment>/\*.*?(?:\*/|$)|--[^\n]*)` +
	`|(?P<identifier>"(?:[^"]|"")*(?:"|$))` +
	`|(?P<string>\bE'(?:[^'\\]|\\.|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))` +
	`|(?P<dollar>\$(?:[a-z_\x{80}-\x{10ffff}][\w\x{80}-\x{10ffff}]*)?\$.*)` +
	`|(?P<word>\$\d+|[a-z_\x{80}-\x{10ffff}][\w$\x{80}-\x{10ffff}]*)` +
	`|(?P<number>\d[\w.]*)`

// commands matches the first word of a statement whose constants Postgres replaces. Other statements
// are utility statements, which can contain passwords in any form.
const commands = `(?i)^[\s(]*(?:select|insert|update|delete|merge|with|values|table)\b`

// keywords matches the keywords at the start of a utility statement.
const keywords = `(?i)^(?:(?:abort|aggregate|all|alter|analyze|as|begin|call|checkpoint|close|cluster|comment|commit|copy|create|` +
	`data|database|deallocate|declare|default|discard|do|domain|drop|end|event|execute|explain|extension|fetch|foreign|function|` +
	`grant|import|index|language|listen|load|local|lock|materialized|mapping|move|notify|on|or|policy|prepare|prepared|privileges|` +
	`procedure|publication|reassign|refresh|reindex|release|replace|reset|revoke|role|rollback|rule|savepoint|schema|security|` +
	`sequence|server|session|set|show|start|statistics|subscription|system|table|tablespace|temp|temporary|to|transaction|trigger|` +
	`truncate|type|unique|unlisten|unlogged|user|vacuum|view|wrapper)(?:\s+|$|\b))+`

// textCleaner turns the text of a statement into a label value.
type textCleaner struct{ tokens, commands, keywords *regexp.Regexp }

func newTextCleaner() textCleaner {
	return textCleaner{regexp.MustCompile(tokens), regexp.MustCompile(commands), regexp.MustCompile(keywords)}
}

// ambiguous ends the part of a text whose tokens are certain. Postgres' texts cannot contain it.
const ambiguous = "\x00"

// clean returns the statement on one line, without comments and constants, and cut at textLimit. Of
// a utility statement it returns the keywords at the start.
func (c textCleaner) clean(text string) string {
	text = c.tokens.ReplaceAllStringFunc(strings.ToValidUTF8(text, "\uFFFD"), cleanToken)
	text, _, _ = strings.Cut(text, ambiguous)
	line := strings.Join(strings.Fields(text), " ")
	if !c.commands.MatchString(line) {
		line = strings.TrimSpace(c.keywords.FindString(line))
	}
	runes := []rune(line)
	return string(runes[:min(textLimit, len(runes))])
}

// cleanToken returns what replaces a token. The end of a nested comment is not certain, and neither
// is that of a string with a backslash: it depends on standard_conforming_strings, and on whether
// the string continues an escape string.
func cleanToken(token string) string {
	switch {
	case strings.HasPrefix(token, "/*") && strings.Contains(token[2:], "/*"), token[0] == '\'' && strings.Contains(token, `\`):
		return "?" + ambiguous
	case strings.HasPrefix(token, "/*"), strings.HasPrefix(token, "--"):
		return " "
	case isConstant(token):
		return "?"
	}
	return token
}

func isConstant(token string) bool {
	switch first := token[0]; {
	case first == '\'', first >= '0' && first <= '9':
		return true
	case first == '$': // $1 is a parameter, $tag$ starts a string
		return token[1] < '0' || token[1] > '9'
	case first == 'E' || first == 'e':
		return len(token) > 1 && token[1] == '\''
	}
	return false
}
