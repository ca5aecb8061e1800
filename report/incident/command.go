// Package incident writes the report of an incident from what Prometheus and Alertmanager recorded,
// while it lasts or as long as their data is kept.
package incident

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/output"
)

// Command is the command "incident".
type Command struct {
	alert  string
	at     string
	output output.Config
}

// Register adds the command and its flags to app.
func (c *Command) Register(app *kingpin.Application) *kingpin.CmdClause {
	cmd := app.Command("incident", "Write the report of an incident: impact, timeline, graphs, and the questions of the post-mortem.")
	cmd.Flag("alert", "Name of the alert. Without --at, its latest incident.").StringVar(&c.alert)
	cmd.Flag("at", "Time of the incident in RFC 3339. Without --alert, the P0 and P1 alerts of that time.").StringVar(&c.at)
	c.output.Register(cmd)
	return cmd
}

// Run writes the report.
func (c *Command) Run(ctx context.Context, services command.Services) error {
	if err := c.output.Validate(); err != nil {
		return err
	}
	if c.alert == "" && c.at == "" {
		return errors.New("checking the flags: the incident is missing; hint: pass --alert=NAME, --at=TIME, or both")
	}
	now := time.Now().Truncate(time.Second)
	at, err := command.ParseTime("at", c.at, now)
	if err != nil {
		return err
	}
	w := &writer{services: services, links: services.Links(), now: now}
	d, err := w.write(ctx, c.alert, at)
	if err != nil {
		return fmt.Errorf("writing the incident report: %w", err)
	}
	return c.output.Deliver(ctx, d, services)
}
