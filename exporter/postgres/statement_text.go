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

// tokens matches the tokens of a statement that may be removed or must be skipped. Postgres
// replaces constants by $1, but not in all texts, and it keeps comments, which can contain trace
// IDs. The end of the text ends a truncated token.
const tokens = `(?is)(?P<comment>/\*.*?(?:\*/|$)|--[^\n]*)` +
	`|(?P<identifier>"(?:[^"]|"")*(?:"|$))` +
	`|(?P<string>\bE'(?:[^'\\]|\\.|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))` +
	`|(?P<dollar>\$(?:[a-z_\x{80}-\x{10ffff}][\w\x{80}-\x{10ffff}]*)?\$.*)` +
	`|(?P<word>\$\d+|[a-z_\x{80}-\x{10ffff}][\w$\x{80}-\x{10ffff}]*)` +
	`|(?P<number>\d[\w.]*)`

// commands matches the first word of a statement whose constants Postgres replaces. Other
// statements are utility statements, which can contain passwords in any form.
const commands = `(?i)^[\s(]*(?:select|insert|update|delete|merge|with|values|table)\b`

// keywords matches the command of a utility statement and the kind of object that it changes.
const keywords = `(?i)^(?:(?:alter|create|drop)\s+)?[a-z]+`

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
		line = c.keywords.FindString(line)
	}
	runes := []rune(line)
	return string(runes[:min(textLimit, len(runes))])
}

// cleanToken returns what replaces a token. The end of a nested comment is not certain, and neither
// is that of a string with a backslash: it depends on standard_conforming_strings, and on whether
// the string continues an escape string.
func cleanToken(token string) string {
	switch first := token[0]; {
	case strings.HasPrefix(token, "/*") && strings.Contains(token[2:], "/*"), first == '\'' && strings.Contains(token, `\`):
		return "?" + ambiguous
	case strings.HasPrefix(token, "/*"), strings.HasPrefix(token, "--"):
		return " "
	case first == '\'', isDigit(first), first == '$' && !isDigit(token[1]), strings.HasPrefix(strings.ToLower(token), "e'"):
		return "?" // $1 is a parameter, $tag$ starts a string
	}
	return token
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
