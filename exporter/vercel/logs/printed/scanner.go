package printed

import (
	"bytes"

	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// Scanner splits a message into lines. They end with a line break, or with a backslash and an n, which is what deliveries
// have between the platform's own lines; only within JSON are those two characters what JSON says they are. The zero value
// is ready, and a scanner uses its memory again for the next message.
type Scanner struct {
	rest   []byte
	torn   bool // all that was left of the message was read, and held no end of an object
	reader loose.Reader
	line   Line
}

// Reset begins with another message.
func (s *Scanner) Reset(message []byte) { s.rest, s.torn = message, false }

// Next returns the next line that is not blank, or nil after the last one. An object that is printed over several lines is
// one line, too.
func (s *Scanner) Next() *Line {
	for {
		s.rest = bytes.TrimLeft(s.rest, " \t\r\n")
		if len(s.rest) == 0 {
			return nil
		}
		if s.rest[0] == '{' && s.object() {
			return &s.line
		}
		if text := s.text(); len(text) > 0 {
			s.line.Kind, s.line.text, s.line.members = kindOf(text), text, members{}
			return &s.line
		}
	}
}

// object reads the object that is next. It may go on behind its line; but once one turned out to have no end, no other is
// followed that far: a message full of opening brackets would be read to its end for each of them.
func (s *Scanner) object() bool {
	line, _, more := bytes.Cut(s.rest, []byte("\n"))
	if s.read(line) {
		return true
	}
	if !more || s.torn {
		return false
	}
	s.torn = !s.read(s.rest)
	return !s.torn
}

func (s *Scanner) read(text []byte) bool {
	s.line.members = members{}
	s.line.texts.Reset()
	length, err := s.reader.Object(text, &s.line.members)
	if err != nil {
		return false
	}
	s.line.Kind, s.line.text = Object, text[:length]
	s.rest = s.rest[length:]
	return true
}

// text cuts off a line that is no JSON.
func (s *Scanner) text() []byte {
	line, _, _ := bytes.Cut(s.rest, []byte("\n"))
	end := len(line)
	if i := bytes.Index(line, []byte(`\n`)); i >= 0 {
		end = i + len(`\n`)
		line = bytes.TrimRight(line[:i], `\`) // escaped twice, as in the sample that Vercel sends for a test
	}
	s.rest = s.rest[end:]
	return bytes.TrimSpace(line)
}
