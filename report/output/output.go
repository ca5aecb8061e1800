// Package output delivers documents: to standard output or by mail.
package output

import (
	"context"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/mail"
)

// Config is what the flags of a command select.
type Config struct {
	format string
	mail   mail.Config
}

// Register adds the flags to a command.
func (c *Config) Register(cmd *kingpin.CmdClause) {
	cmd.Flag("format", "Format on standard output: markdown, html or json.").
		Default(string(document.Markdown)).EnumVar(&c.format, string(document.Markdown), string(document.HTML), string(document.JSON))
	c.mail.Register(cmd)
}

// Validate checks the flags, before a report takes its time.
func (c *Config) Validate() error { return c.mail.Validate() }

// Deliver sends the document to the addresses of --mail, or writes it to standard output if there
// are none.
func (c *Config) Deliver(ctx context.Context, d document.Document, services command.Services) error {
	if !c.mail.Enabled() {
		return d.Write(services.Stdout, document.Format(c.format))
	}
	if err := c.mail.Send(ctx, d); err != nil {
		return err
	}
	services.Logger.Info("mail sent", "recipients", c.mail.Recipients())
	return nil
}
