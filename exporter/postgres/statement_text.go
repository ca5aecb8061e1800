package postgres

import (
	"regexp"
	"strings"
)

// textLimit is how many characters of a statement are exported.
const textLimit = 200

// literal matches what a statement's text may hold beside its structure, in the order in which Postgres' scanner would
// recognize it. Postgres replaces constants by $1 itself, but not in utility statements, where a password can stand,
// and it keeps comments, where tools put trace ids. What was cut off ends with the text.
const literal = `(?is)(?P<comment>/\*.*?(?:\*/|$)|--[^\n]*)` +
	`|(?P<identifier>"(?:[^"]|"")*(?:"|$))` +
	`|(?P<string>\bE'(?:[^'\\]|\\.|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))` +
	`|(?P<dollar>\$[a-z_]*\$.*)` +
	`|(?P<word>\$\d+|[\pL_][\pL\d_$]*)` +
	`|(?P<number>\d[\d.]*)`

// textCleaner turns the text of a statement into a label.
type textCleaner struct{ literal *regexp.Regexp }

func newTextCleaner() textCleaner { return textCleaner{regexp.MustCompile(literal)} }

// clean returns the statement on one line, without comments and constants, cut at textLimit characters.
func (c textCleaner) clean(text string) string {
	text = strings.ToValidUTF8(text, "�")
	text = c.literal.ReplaceAllStringFunc(text, func(token string) string {
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
	case first == '$': // $1 is a parameter, $tag$ opens a string
		return token[1] < '0' || token[1] > '9'
	case first == 'E' || first == 'e':
		return len(token) > 1 && token[1] == '\''
	}
	return false
}
