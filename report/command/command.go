// Package command defines what the commands of marketplace_report share.
package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/report/alertmanager"
	"github.com/aimarketplace/monitoring/report/link"
	"github.com/aimarketplace/monitoring/report/prom"
)

// Command is a command of the program, with its flags.
type Command interface {
	// Register adds the command and its flags to app.
	Register(app *kingpin.Application) *kingpin.CmdClause
	// Run executes the command. A command that serves runs until ctx ends.
	Run(ctx context.Context, services Services) error
}

// ParseTime parses the value of a flag, a time in RFC 3339. Without a value it returns missing.
func ParseTime(flag, value string, missing time.Time) (time.Time, error) {
	if value == "" {
		return missing, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, fmt.Errorf("checking --%s: %w; hint: use a time such as 2026-11-26T09:00:00+09:00", flag, err)
	}
	return t, nil
}

// Services are what the global flags configure for all commands.
type Services struct {
	Prometheus *prom.Client
	// Alertmanager is nil if --alertmanager.url is not set.
	Alertmanager *alertmanager.Client
	// Environment is the environment whose series to read, besides series without the label.
	Environment string
	// GrafanaURL is the address of the boards. It is nil if links are off.
	GrafanaURL *url.URL
	// RunbooksURL is the address of the folder of runbooks. Empty turns links off.
	RunbooksURL string
	// Location is the time zone of --timezone.
	Location *time.Location
	Stdout   io.Writer
	Logger   *slog.Logger
}

// Links returns what reports link to.
func (s Services) Links() link.Links {
	return link.Links{Grafana: s.GrafanaURL, Runbooks: s.RunbooksURL, Environment: s.Environment}
}

// Close closes idle connections.
func (s Services) Close() {
	s.Prometheus.Close()
	if s.Alertmanager != nil {
		s.Alertmanager.Close()
	}
}
