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

// tokens matches the tokens of a statement that may be removed or must be skipped, in the order of
// Postgres' scanner. Postgres replaces constants by $1, but not in utility statements, which can
// contain passwords, and it keeps comments, which can contain trace IDs. The end of the text ends a
// truncated token.
const tokens = `(?is)(?P<comment>/\*.*?(?:\*/|$)|--[^\n]*)` +
	`|(?P<identifier>"(?:[^"]|"")*(?:"|$))` +
	`|(?P<string>\bE'(?:[^'\\]|\\.|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))` +
	`|(?P<dollar>\$[a-z_]*\$.*)` +
	`|(?P<word>\$\d+|[\pL_][\pL\d_$]*)` +
	`|(?P<number>\d[\d.]*)`

// textCleaner turns the text of a statement into a label value.
type textCleaner struct{ tokens *regexp.Regexp }

func newTextCleaner() textCleaner { return textCleaner{regexp.MustCompile(tokens)} }

// clean returns the statement on one line, without comments and constants, and cut at textLimit.
func (c textCleaner) clean(text string) string {
	text = strings.ToValidUTF8(text, "�")
	text = c.tokens.ReplaceAllStringFunc(text, func(token string) string {
		switch {
		case strings.HasPrefix(token, "/*"), strings.HasPrefix(token, "--"):
			return " "
		case isConstant(token):
			return "?"
		}
		return token
	})
	line := []rune(strings.Join(strings.Fields(text), " "))
	return string(line[:min(textLimit, len(line))])
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
