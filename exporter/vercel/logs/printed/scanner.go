package printed

import (
	"bytes"

	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// Scanner splits a message into lines. They end with a line break, or with a backslash and an n, which is what deliveries
// have between the platform's own lines; only within JSON are those two characters what JSON says they are. The zero value
// is ready, and a scanner uses its memory again for the next message.
type Scanner struct {
	message []byte
	at, end int // what is left of the line at hand
	spare   int // bytes that may still be read in vain
	reader  loose.Reader
	line    Line
}

// Reset begins with another message.
func (s *Scanner) Reset(message []byte) {
	s.message, s.at, s.end = message, 0, 0
	s.spare = 2 * len(message)
}

// Next returns the next line that is not blank, or nil after the last one. An object that is printed over several lines is
// one line, too.
func (s *Scanner) Next() *Line {
	for s.skipBlanks() {
		if s.message[s.at] == '{' && s.object() {
			return &s.line
		}
		if text := s.text(); len(text) > 0 {
			s.line.Kind, s.line.text, s.line.members = kindOf(text), text, members{}
			return &s.line
		}
	}
	return nil
}

// skipBlanks goes to where the next line begins, and returns false at the end of the message.
func (s *Scanner) skipBlanks() bool {
	for {
		for s.at < s.end && bytes.IndexByte([]byte(" \t\r\n"), s.message[s.at]) >= 0 {
			s.at++
		}
		switch {
		case s.at < s.end:
			return true
		case s.at == len(s.message):
			return false
		}
		s.findEnd()
	}
}

// findEnd looks for the end of a line once, however many lines of ours are in it.
func (s *Scanner) findEnd() {
	s.end = len(s.message)
	if i := bytes.IndexByte(s.message[s.at:], '\n'); i >= 0 {
		s.end = s.at + i + 1
	}
}

// object reads the object that is next, which may go on behind its line. Text that only looks like one is read in vain, up to
// twice the length of the message in all: one full of opening brackets would be read to its end for each of them.
func (s *Scanner) object() bool {
	return s.read(s.message[s.at:s.end]) || s.end < len(s.message) && s.read(s.message[s.at:])
}

func (s *Scanner) read(text []byte) bool {
	if s.spare <= 0 {
		return false
	}
	s.line.members = members{}
	s.line.texts.Reset()
	length, err := s.reader.Object(text, &s.line.members)
	if err != nil {
		s.spare -= length + len(text)/16 // the latter is what jsontext takes to make an error
		return false
	}
	s.line.Kind, s.line.text = Object, text[:length]
	s.at += length
	if s.at > s.end {
		s.findEnd()
	}
	return true
}

// text cuts off a line that is no JSON.
func (s *Scanner) text() []byte {
	text, end := s.message[s.at:s.end], s.end
	if i := bytes.Index(text, []byte(`\n`)); i >= 0 {
		end = s.at + i + len(`\n`)
		text = bytes.TrimRight(text[:i], `\`) // escaped twice, as in the sample that Vercel sends for a test
	}
	s.at = end
	return bytes.TrimSpace(text)
}
