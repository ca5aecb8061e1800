package receivers

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// Mail is a message with its content as text and as HTML.
type Mail struct {
	From    string // of the envelope, as To
	To      []string
	Header  mail.Header
	Subject string
	Text    string
	HTML    string
}

func (m Mail) to() string { return "Mail to " + strings.Join(m.To, ", ") }

// String returns the subject and the text.
func (m Mail) String() string { return m.Subject + "\n\n" + m.Text }

// parseMail parses a multipart message.
func parseMail(r io.Reader) (Mail, error) {
	parsed, err := mail.ReadMessage(r)
	if err != nil {
		return Mail{}, fmt.Errorf("parsing a mail: %w", err)
	}
	m := Mail{Header: parsed.Header}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		return Mail{}, fmt.Errorf("parsing a mail's subject: %w", err)
	}
	_, parameters, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		return Mail{}, fmt.Errorf("parsing a mail: %w", err)
	}
	return m, m.readParts(multipart.NewReader(parsed.Body, parameters["boundary"]))
}

func (m *Mail) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart() // decodes quoted-printable
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("parsing a mail's parts: %w", err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("parsing a mail's parts: %w", err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(content)
		} else {
			m.Text = string(content)
		}
	}
}
