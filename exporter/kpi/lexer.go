package kpi

import "strings"

// token is a piece of SQL that means something to the server: comments are gone, and so is what strings hold.
type token struct {
	kind tokenKind
	text string // of a word: lower case; of a quoted name: as the server sees it
	line int    // from 1
}

type tokenKind int

const (
	word    tokenKind = iota // a key word or a name without quotes
	quoted                   // a name in double quotes
	literal                  // a string; its text is not kept
	symbol                   // any other single character
	broken                   // what was opened is not closed; text is what opened it
)

// lexer follows "Lexical Structure" in Postgres' manual, with standard_conforming_strings on, as far as needed to tell
// what is code from what is text. It need not know numbers and operators.
type lexer struct {
	sql  string
	at   int
	line int
}

func tokenize(sql string) []token {
	lex := &lexer{sql: sql, line: 1}
	var tokens []token
	for lex.at < len(lex.sql) {
		if t, ok := lex.next(); ok {
			tokens = append(tokens, t)
		}
	}
	return tokens
}

// next consumes at least one byte; ok is false if that was a comment or white space.
func (l *lexer) next() (t token, ok bool) {
	rest, line := l.sql[l.at:], l.line
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "--"):
		end, _, _ := strings.Cut(rest, "\n")
		l.skip(len(end))
		return t, false
	case strings.HasPrefix(rest, "/*"):
		if !l.skipComment() {
			return token{broken, "/*", line}, true
		}
		return t, false
	case isSpace(c):
		l.skip(1)
		return t, false
	case c == '\'':
		return l.until("'", literal, false), true
	case (c == 'e' || c == 'E') && strings.HasPrefix(rest[1:], "'"):
		l.skip(1)
		return l.until("'", literal, true), true
	case c == '"':
		return l.until(`"`, quoted, false), true
	case c == '$':
		return l.dollar(), true
	case isLetter(c):
		return l.word(), true
	}
	l.skip(1)
	return token{symbol, rest[:1], line}, true
}

// skip moves on by n bytes, counting lines.
func (l *lexer) skip(n int) {
	l.line += strings.Count(l.sql[l.at:l.at+n], "\n")
	l.at += n
}

// skipComment passes a block comment; they nest in Postgres.
func (l *lexer) skipComment() bool {
	depth := 0
	for l.at < len(l.sql) {
		switch rest := l.sql[l.at:]; {
		case strings.HasPrefix(rest, "/*"):
			depth++
			l.skip(2)
		case strings.HasPrefix(rest, "*/"):
			depth--
			l.skip(2)
		default:
			l.skip(1)
		}
		if depth == 0 {
			return true
		}
	}
	return false
}

// until reads what stands between two quotes, in which a doubled quote means one.
func (l *lexer) until(quote string, kind tokenKind, backslashes bool) token {
	line := l.line
	l.skip(1)
	var text strings.Builder
	for l.at < len(l.sql) {
		rest := l.sql[l.at:]
		switch {
		case backslashes && rest[0] == '\\' && len(rest) > 1:
			l.skip(2)
		case strings.HasPrefix(rest, quote+quote):
			text.WriteString(quote)
			l.skip(2)
		case strings.HasPrefix(rest, quote):
			l.skip(1)
			if kind == literal {
				return token{kind, "", line}
			}
			return token{kind, text.String(), line}
		default:
			text.WriteByte(rest[0])
			l.skip(1)
		}
	}
	return token{broken, quote, line}
}

// dollar reads $$text$$, $tag$text$tag$, or the lone $ of a parameter.
func (l *lexer) dollar() token {
	line, rest := l.line, l.sql[l.at:]
	end := 1
	for end < len(rest) && (isLetter(rest[end]) || isDigit(rest[end]) && end > 1) {
		end++
	}
	if end == len(rest) || rest[end] != '$' {
		l.skip(1)
		return token{symbol, "$", line}
	}
	tag := rest[:end+1]
	length := strings.Index(rest[len(tag):], tag)
	if length < 0 {
		l.skip(len(rest))
		return token{broken, tag, line}
	}
	l.skip(len(tag) + length + len(tag))
	return token{literal, "", line}
}

func (l *lexer) word() token {
	line, rest := l.line, l.sql[l.at:]
	end := 1
	for end < len(rest) && (isLetter(rest[end]) || isDigit(rest[end]) || rest[end] == '$') {
		end++
	}
	l.skip(end)
	return token{word, strings.ToLower(rest[:end]), line}
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\n\r\f\v", c) >= 0 }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isLetter counts every byte beyond ASCII as a letter, as Postgres does.
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
