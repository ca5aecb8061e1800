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
	reader loose.Reader
	line   Line
}

// Reset begins with another message.
func (s *Scanner) Reset(message []byte) { s.rest = message }

// Next returns the next line that is not blank, or nil after the last one.
//
// JSON is looked for within one line only. A message full of opening brackets would otherwise be read once for each of them.
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
			s.line.Kind, s.line.text = kindOf(text), text
			return &s.line
		}
	}
}

func (s *Scanner) object() bool {
	line, _, _ := bytes.Cut(s.rest, []byte("\n"))
	s.line.members = members{}
	s.line.texts.Reset()
	length, err := s.reader.Object(line, &s.line.members)
	if err != nil {
		return false
	}
	s.line.Kind, s.line.text = Object, line[:length]
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
