package checklist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/output"
	"github.com/aimarketplace/monitoring/report/query"
)

// Command is the command "report".
type Command struct {
	period string
	end    string
	output output.Config
}

// Register adds the command and its flags to app.
func (c *Command) Register(app *kingpin.Application) *kingpin.CmdClause {
	cmd := app.Command("report", "Write the daily, weekly or monthly report: the checklist of operations with every box answered.")
	cmd.Arg("period", "daily, weekly or monthly.").Required().EnumVar(&c.period, "daily", "weekly", "monthly")
	cmd.Flag("end", "End of the period in RFC 3339, such as 2026-11-26T09:00:00+09:00. Without it, now.").StringVar(&c.end)
	c.output.Register(cmd)
	return cmd
}

// Run writes the report.
func (c *Command) Run(ctx context.Context, services command.Services) error {
	if err := c.output.Validate(); err != nil {
		return err
	}
	end, err := command.ParseTime("end", c.end, time.Now())
	if err != nil {
		return err
	}
	r := newRun(c.period, end.Truncate(time.Minute), services)
	d, err := r.write(ctx, sectionsOf(c.period))
	if err != nil {
		return fmt.Errorf("writing the %s report: %w", c.period, err)
	}
	return c.output.Deliver(ctx, d, services)
}

func newRun(name string, end time.Time, services command.Services) *run {
	const day = 24 * time.Hour
	r := &run{services: services, links: services.Links(), name: "Daily"}
	r.window = query.Window{To: end, Step: 5 * time.Minute, Interval: 5 * time.Minute, Environment: services.Environment}
	span := day
	switch name {
	case "weekly":
		r.name, span, r.window.Interval = "Weekly", 7*day, 30*time.Minute
	case "monthly":
		r.name, span, r.window.Step, r.window.Interval = "Monthly", 30*day, 30*time.Minute, 3*time.Hour
	}
	r.window.From = end.Add(-span)
	return r
}

// sectionsOf returns the sections of a report. A longer period answers the shorter checklists, too.
func sectionsOf(name string) []section {
	switch name {
	case "weekly":
		return slices.Concat(daily(), weekly())
	case "monthly":
		return slices.Concat(daily(), weekly(), monthly())
	}
	return daily()
}
