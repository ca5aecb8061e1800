// Package oncall writes the on-call calendar, for people, for calendar programs and for
// Alertmanager.
package oncall

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/output"
)

// Command is the command "oncall".
type Command struct {
	file     string
	weeks    int
	template string
	ics      string
	output   output.Config
}

// Register adds the command and its flags to app.
func (c *Command) Register(app *kingpin.Application) *kingpin.CmdClause {
	cmd := app.Command("oncall", "Write the on-call calendar, and files from it for calendar programs and for Alertmanager.")
	cmd.Flag("config-file", "Path to the schedule, a YAML file. The exporter's --oncall.config-file is the same file.").
		Required().StringVar(&c.file)
	cmd.Flag("weeks", "Number of weeks of the calendar.").Default("12").IntVar(&c.weeks)
	cmd.Flag("template-file", "Path to the Alertmanager template to write: phone numbers and names of the next year. "+
		"Alertmanager picks those of the current time.").StringVar(&c.template)
	cmd.Flag("ics-file", "Path to the iCalendar file to write.").StringVar(&c.ics)
	c.output.Register(cmd)
	return cmd
}

const maxWeeks = 520

// Run writes the calendar and the files.
func (c *Command) Run(ctx context.Context, services command.Services) error {
	if err := c.output.Validate(); err != nil {
		return err
	}
	if c.weeks < 1 || c.weeks > maxWeeks {
		return fmt.Errorf("checking --weeks: %d is not a number from 1 to %d", c.weeks, maxWeeks)
	}
	s, err := schedule.Read(c.file)
	if err != nil {
		return fmt.Errorf("reading --config-file %s: %w", c.file, err)
	}
	now := time.Now()
	if _, found := s.Shift(schedule.Primary, now); !found {
		return errors.New("no one is on call before the first rotation; hint: add a rotation that has started to --config-file")
	}
	end := now.AddDate(0, 0, 7*c.weeks)
	if c.template != "" {
		// The owner and mode of an existing file stay: Alertmanager may run as another user.
		if err := os.WriteFile(c.template, []byte(Template(s, now)), 0o600); err != nil {
			return fmt.Errorf("writing --template-file: %w", err)
		}
	}
	if c.ics != "" {
		if err := os.WriteFile(c.ics, []byte(ICS(s, now, end)), 0o644); err != nil { //nolint:gosec // names, no numbers
			return fmt.Errorf("writing --ics-file: %w", err)
		}
	}
	return c.output.Deliver(ctx, Calendar(s, now, end), services)
}
