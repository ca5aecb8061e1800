package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/report/document"
)

// backend is an SMTP server that requires a password and keeps the last message.
type backend struct {
	message string
	to      []string
}

func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (*backend) AuthMechanisms() []string                      { return []string{sasl.Plain} }

func (*backend) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "apikey" || password != "planted" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (*backend) Mail(string, *smtp.MailOptions) error { return nil }
func (b *backend) Rcpt(to string, _ *smtp.RcptOptions) error {
	b.to = append(b.to, to)
	return nil
}

func (b *backend) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	b.message = string(content)
	return err
}
func (*backend) Reset()        {}
func (*backend) Logout() error { return nil }

// start runs an SMTP server without TLS and returns its address.
func start(t *testing.T, b *backend) string {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	require.NoError(t, err)
	server := smtp.NewServer(b)
	server.AllowInsecureAuth = true
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

func report() document.Document {
	return document.Document{
		Title:    "일간 보고 " + strings.Repeat("x", 80),
		Sections: []document.Section{{Title: "Checklist", Text: []string{strings.Repeat("long line ", 300) + "끝"}}},
	}
}

func config(t *testing.T, address, password string) *Config {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte(password+"\n"), 0o600))
	c := &Config{
		to: []string{"Dev Ops <devops@shop.example>", "cto@shop.example"}, from: "Reports <reports@shop.example>",
		smarthost: address, username: "apikey", passwordFile: file,
	}
	require.NoError(t, c.Validate())
	return c
}

// parts returns the contents of a multipart body by type, decoded.
func parts(t *testing.T, contentType string, body io.Reader) map[string]string {
	t.Helper()
	_, parameters, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	found := map[string]string{}
	reader := multipart.NewReader(body, parameters["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		content, err := io.ReadAll(part)
		require.NoError(t, err)
		name := part.Header.Get("Content-Type")
		if part.FileName() != "" {
			name = part.FileName()
			content, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(string(content))))
			require.NoError(t, err)
		}
		found[name] = string(content)
	}
}

func TestMailArrivesWhole(t *testing.T) {
	b := &backend{}
	require.NoError(t, config(t, start(t, b), "planted").Send(t.Context(), report()))
	require.Equal(t, []string{"devops@shop.example", "cto@shop.example"}, b.to)
	for line := range strings.Lines(b.message) {
		require.LessOrEqual(t, len(strings.TrimRight(line, "\r\n")), 998, "RFC 5322")
	}
	message, err := netmail.ReadMessage(strings.NewReader(b.message))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, report().Title, subject)
	require.Equal(t, "reports@shop.example", message.Header.Get("From"))
	mixed := parts(t, message.Header.Get("Content-Type"), message.Body)
	require.Len(t, mixed, 2)
	var page strings.Builder
	require.NoError(t, report().Write(&page, document.HTML))
	require.Equal(t, page.String(), mixed["report.html"])
	for name, content := range mixed {
		if name != "report.html" {
			both := parts(t, name, strings.NewReader(content))
			require.Equal(t, page.String(), strings.ReplaceAll(both["text/html; charset=utf-8"], "\r\n", "\n"))
			require.Contains(t, both["text/plain; charset=utf-8"], "long line 끝")
		}
	}
}

func TestFailuresOfDeliveries(t *testing.T) {
	address := start(t, &backend{})
	err := config(t, address, "wrong").Send(t.Context(), report())
	require.ErrorContains(t, err, "hint: check the --smtp.* flags")
	require.NotContains(t, err.Error(), "wrong")

	tls := config(t, address, "planted")
	tls.requireTLS = true
	require.ErrorContains(t, tls.Send(t.Context(), report()), "the server does not offer STARTTLS")

	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, config(t, silent.Addr().String(), "planted").Send(ctx, report()), "timeout")
}
