// Package mail sends documents by SMTP.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/report/document"
)

// timeout limits a delivery from the connection to the acceptance.
const timeout = time.Minute

// implicitTLS is the port on which TLS precedes SMTP (RFC 8314).
const implicitTLS = "465"

// Config configures deliveries. Its flags have the names of Alertmanager's settings.
type Config struct {
	to           []string
	from         string
	smarthost    string
	username     string
	passwordFile string
	requireTLS   bool
}

// Register adds the flags to a command.
func (c *Config) Register(cmd *kingpin.CmdClause) {
	cmd.Flag("mail", "Address to send the report to, instead of writing it to standard output. Repeat for several.").
		PlaceHolder("ADDRESS").StringsVar(&c.to)
	cmd.Flag("smtp.smarthost", "Host and port of the SMTP server.").PlaceHolder("HOST:PORT").StringVar(&c.smarthost)
	cmd.Flag("smtp.from", "Sender address.").PlaceHolder("ADDRESS").StringVar(&c.from)
	cmd.Flag("smtp.username", "User name for the SMTP server. Without it, there is no authentication.").StringVar(&c.username)
	cmd.Flag("smtp.password-file", "Path to the file with the password for the SMTP server.").StringVar(&c.passwordFile)
	cmd.Flag("smtp.require-tls", "Require TLS.").Default("true").BoolVar(&c.requireTLS)
}

// Enabled reports whether there is an address to send to.
func (c *Config) Enabled() bool { return len(c.to) > 0 }

// Recipients returns the addresses.
func (c *Config) Recipients() []string { return c.to }

// Validate checks the flags and makes the addresses plain.
func (c *Config) Validate() error {
	if !c.Enabled() {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.smarthost); err != nil {
		return errors.New("checking --smtp.smarthost: it is not HOST:PORT; hint: set it together with --mail, for example " +
			"smtp.sendgrid.net:587")
	}
	for i, address := range c.to {
		parsed, err := mail.ParseAddress(address)
		if err != nil {
			return fmt.Errorf("checking --mail: %q is not a mail address", address)
		}
		c.to[i] = parsed.Address
	}
	parsed, err := mail.ParseAddress(c.from)
	if err != nil {
		return fmt.Errorf("checking --smtp.from: %q is not a mail address", c.from)
	}
	c.from = parsed.Address
	return nil
}

// Send sends a document as text and HTML, with the HTML attached: many mail clients remove charts.
func (c *Config) Send(ctx context.Context, d document.Document) error {
	message, err := compose(c.from, c.to, d, time.Now())
	if err != nil {
		return fmt.Errorf("composing the mail: %w", err)
	}
	if err := c.deliver(ctx, message); err != nil {
		return fmt.Errorf("sending the mail through %s: %w; hint: check the --smtp.* flags", c.smarthost, err)
	}
	return nil
}

func (c *Config) deliver(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // after Quit, or after an error that is returned
	if err := c.authenticate(client); err != nil {
		return err
	}
	if err := client.Mail(c.from); err != nil {
		return err
	}
	for _, address := range c.to {
		if err := client.Rcpt(address); err != nil {
			return err
		}
	}
	data, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := data.Write(message); err != nil {
		return err
	}
	if err := data.Close(); err != nil {
		return err
	}
	return client.Quit()
}

// connect returns a client with TLS if the server offers it. Its connection ends with ctx.
func (c *Config) connect(ctx context.Context) (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(c.smarthost)
	if err != nil {
		return nil, err
	}
	settings := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	dial := (&net.Dialer{}).DialContext
	if port == implicitTLS {
		dial = (&tls.Dialer{Config: settings}).DialContext
	}
	conn, err := dial(ctx, "tcp", c.smarthost)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // a connection that has failed shows with the next command
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		_ = conn.Close() // the error of the handshake is the one that matters
		return nil, err
	}
	if port == implicitTLS {
		return client, nil
	}
	offered, _ := client.Extension("STARTTLS")
	switch {
	case offered:
		err = client.StartTLS(settings)
	case c.requireTLS:
		err = errors.New("the server does not offer STARTTLS")
	}
	if err != nil {
		_ = client.Close() // the error above is the one that matters
		return nil, err
	}
	return client, nil
}

func (c *Config) authenticate(client *smtp.Client) error {
	if c.username == "" {
		return nil
	}
	password, err := os.ReadFile(c.passwordFile)
	if err != nil {
		return fmt.Errorf("reading --smtp.password-file: %w", err)
	}
	host, _, err := net.SplitHostPort(c.smarthost)
	if err != nil {
		return err
	}
	// PlainAuth refuses to send the password without TLS, other than to this machine.
	return client.Auth(smtp.PlainAuth("", c.username, strings.TrimSpace(string(password)), host))
}
