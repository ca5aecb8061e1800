package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/report/document"
)

// compose returns a message of two parts: the report as text and HTML, and the HTML as a file.
func compose(from string, to []string, d document.Document, now time.Time) ([]byte, error) {
	var text, page, message bytes.Buffer
	if err := d.Write(&text, document.Markdown); err != nil {
		return nil, err
	}
	if err := d.Write(&page, document.HTML); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from, "@")
	mixed := multipart.NewWriter(&message)
	fmt.Fprintf(&message, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@%s>\r\nMIME-Version: 1.0\r\n"+
		"Auto-Submitted: auto-generated\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n",
		from, strings.Join(to, ", "), mime.QEncoding.Encode("utf-8", d.Title), now.Format(time.RFC1123Z), rand.Text(), domain, mixed.Boundary())

	var both bytes.Buffer
	alternative := multipart.NewWriter(&both)
	for _, part := range []struct {
		contentType string
		content     []byte
	}{{"text/plain; charset=utf-8", text.Bytes()}, {"text/html; charset=utf-8", page.Bytes()}} {
		if err := writePart(alternative, part.contentType, part.content); err != nil {
			return nil, err
		}
	}
	if err := alternative.Close(); err != nil {
		return nil, err
	}
	body, err := mixed.CreatePart(textproto.MIMEHeader{"Content-Type": {`multipart/alternative; boundary="` + alternative.Boundary() + `"`}})
	if err != nil {
		return nil, err
	}
	if _, err := body.Write(both.Bytes()); err != nil {
		return nil, err
	}
	if err := attach(mixed, "report.html", page.Bytes()); err != nil {
		return nil, err
	}
	err = mixed.Close() // writes the last boundary
	return message.Bytes(), err
}

// writePart adds a part in quoted-printable, which keeps lines short enough for SMTP.
func writePart(w *multipart.Writer, contentType string, content []byte) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type": {contentType}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	encoder := quotedprintable.NewWriter(part)
	if _, err := encoder.Write(content); err != nil {
		return err
	}
	return encoder.Close()
}

func attach(w *multipart.Writer, name string, content []byte) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {"text/html; charset=utf-8"},
		"Content-Disposition":       {`attachment; filename="` + name + `"`},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return err
	}
	const line = 57 // bytes, 76 characters
	for chunk := range slices.Chunk(content, line) {
		if _, err := fmt.Fprintf(part, "%s\r\n", base64.StdEncoding.EncodeToString(chunk)); err != nil {
			return err
		}
	}
	return nil
}
