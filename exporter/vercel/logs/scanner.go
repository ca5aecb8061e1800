package logs

import (
	"bytes"

	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// scanner splits a message into lines. A line ends with a line break, or with a backslash and an n:
// deliveries have these two characters between the lines of the platform. Inside JSON they are an
// ordinary escape. A scanner reuses its memory for the next message.
type scanner struct {
	message []byte
	at, end int // the rest of the current line
	budget  int // bytes that may still be read in failed attempts to decode an object
	decoder row.Decoder
	line    line
}

func newScanner() *scanner {
	return &scanner{line: line{fields: row.NewFields(
		"level", "event", "method", "message", "msg", "route", "path", "url", "status", "statusCode",
		"durationMs", "duration_ms", "duration", "responseTime", "response_time_ms", "durationSeconds", "duration_s",
	)}}
}

// reset starts with another message.
func (s *scanner) reset(message []byte) {
	s.message, s.at, s.end = message, 0, 0
	s.budget = 2 * len(message)
}

// next returns the next line that is not blank, or nil after the last one. An object that spans
// several lines is one line.
func (s *scanner) next() *line {
	for s.skipBlanks() {
		if s.message[s.at] == '{' && s.object() {
			return &s.line
		}
		if plain := s.plainText(); len(plain) > 0 {
			s.line.kind, s.line.text, s.line.indented = kindOf(plain), plain, false
			return &s.line
		}
	}
	return nil
}

// skipBlanks goes to the start of the next line, and returns false at the end of the message.
func (s *scanner) skipBlanks() bool {
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

// findEnd finds the next line break. The part before it may be split into several lines.
func (s *scanner) findEnd() {
	s.end = len(s.message)
	if i := bytes.IndexByte(s.message[s.at:], '\n'); i >= 0 {
		s.end = s.at + i + 1
	}
}

// object reads the object at the current position, which may span lines. Failed attempts may read
// at most twice the length of the message in total: otherwise a message of opening brackets would
// be read to its end for each of them.
func (s *scanner) object() bool {
	return s.decode(s.message[s.at:s.end]) || s.end < len(s.message) && s.decode(s.message[s.at:])
}

func (s *scanner) decode(from []byte) bool {
	if s.budget <= 0 {
		return false
	}
	s.line.texts.Reset()
	length, err := s.decoder.Object(from, s.line.fields)
	if err != nil {
		s.budget -= length + len(from)/16 // jsontext reads a part of the text again for the error
		return false
	}
	s.line.kind, s.line.text, s.line.indented = objectLine, from[:length], s.isIndented()
	s.at += length
	if s.at > s.end {
		s.findEnd()
	}
	return true
}

// isIndented reports whether there are blanks before the current position, at the start of its
// line.
func (s *scanner) isIndented() bool {
	before := bytes.TrimRight(s.message[:s.at], " \t")
	return len(before) < s.at && bytes.HasSuffix(before, []byte("\n"))
}

// plainText returns the next line, which is not JSON.
func (s *scanner) plainText() []byte {
	plain, end := s.message[s.at:s.end], s.end
	if i := bytes.Index(plain, []byte(`\n`)); i >= 0 {
		end = s.at + i + len(`\n`)
		plain = bytes.TrimRight(plain[:i], `\`) // Vercel's test delivery escapes twice
	}
	s.at = end
	return bytes.TrimSpace(plain)
}
