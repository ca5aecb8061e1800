package receivers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// Mail is a message with a text and an HTML form of one content.
type Mail struct {
	// From and To are those of the envelope.
	From    string
	To      []string
	Header  mail.Header
	Subject string
	Text    string
	HTML    string
}

func (m Mail) to() string { return "Mail to " + strings.Join(m.To, ", ") }

// String is the mail as a reader in a terminal shows it.
func (m Mail) String() string { return m.Subject + "\n\n" + m.Text }

// parseMail reads what came between DATA and the dot.
func parseMail(raw []byte) (Mail, error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
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
		part, err := parts.NextPart() // decodes quoted-printable, too
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
