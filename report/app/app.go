// Package app parses the flags of marketplace_report and runs its commands.
package app

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	logflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"

	"github.com/aimarketplace/monitoring/report/alertmanager"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/prom"
)

const help = `Writes reports for people from the series in Prometheus.

Every flag has an environment variable: MARKETPLACE_REPORT_ and its name in capitals, with underscores for dots and
dashes. A flag on the command line takes precedence.`

// config holds the values of the global flags.
type config struct {
	prometheus       string
	options          prom.Options
	alertmanager     string
	alertmanagerHTTP string
	grafana          string
	runbooks         string
	environment      string
	timezone         string
	log              promslog.Config
}

func (c *config) register(app *kingpin.Application) {
	app.Flag("prometheus.url", "URL of Prometheus, or of the Prometheus API of Thanos or Mimir.").
		Default("http://localhost:9090").StringVar(&c.prometheus)
	app.Flag("prometheus.http-config-file", "Path to a file with credentials, TLS and headers for Prometheus, in the format of "+
		"http_config in the configuration of Prometheus.").StringVar(&c.options.HTTPConfigFile)
	app.Flag("prometheus.timeout", "Maximum duration of a query.").Default("10s").DurationVar(&c.options.Timeout)
	app.Flag("prometheus.max-concurrency", "Maximum number of concurrent queries.").Default("4").IntVar(&c.options.MaxConcurrency)
	app.Flag("alertmanager.url", "URL of Alertmanager, for silences.").StringVar(&c.alertmanager)
	app.Flag("alertmanager.http-config-file", "Path to a file with credentials, TLS and headers for Alertmanager, in the format of "+
		"http_config.").StringVar(&c.alertmanagerHTTP)
	app.Flag("environment", "Environment of the application. Series without the label are included.").
		Default("production").StringVar(&c.environment)
	app.Flag("grafana.url", "URL of Grafana, for links to panels. Without it, there are no links.").StringVar(&c.grafana)
	app.Flag("runbooks.url", "URL of the folder with the runbooks.").
		Default("https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks").StringVar(&c.runbooks)
	app.Flag("timezone", "Time zone of days and of the second column of times, such as Asia/Seoul.").
		Default("UTC").StringVar(&c.timezone)
	logflag.AddFlags(app, &c.log)
}

// Run executes the command in args.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var c config
	printed := false
	app := kingpin.New("marketplace_report", help)
	app.Version(version.Print("marketplace_report"))
	app.HelpFlag.Short('h')
	app.DefaultEnvars()
	app.UsageWriter(stdout).ErrorWriter(stderr).Terminate(func(int) { printed = true })
	c.register(app)
	byName := map[string]command.Command{}
	for _, registered := range commands() {
		byName[registered.Register(app).FullCommand()] = registered
	}
	name, err := app.Parse(args)
	if printed {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; hint: marketplace_report --help lists the commands and flags", err)
	}
	services, err := c.services(stdout, stderr)
	if err != nil {
		return err
	}
	defer services.Close()
	return byName[name].Run(ctx, services)
}

// services opens what the global flags configure. Nothing connects yet.
func (c *config) services(stdout, stderr io.Writer) (services command.Services, err error) {
	services = command.Services{Environment: c.environment, RunbooksURL: c.runbooks, Stdout: stdout}
	if services.Location, err = time.LoadLocation(c.timezone); err != nil {
		return services, fmt.Errorf("checking --timezone: %w; hint: use a name such as Asia/Seoul", err)
	}
	c.log.Writer = stderr
	services.Logger = promslog.New(&c.log)
	c.options.Logger = services.Logger
	address, err := parseURL("prometheus.url", c.prometheus)
	if err != nil {
		return services, err
	}
	if services.Prometheus, err = prom.New(address, c.options); err != nil {
		return services, err
	}
	if c.alertmanager != "" {
		if address, err = parseURL("alertmanager.url", c.alertmanager); err != nil {
			return services, err
		}
		if services.Alertmanager, err = alertmanager.New(address, c.alertmanagerHTTP); err != nil {
			return services, err
		}
	}
	if c.grafana != "" {
		if services.GrafanaURL, err = parseURL("grafana.url", c.grafana); err != nil {
			return services, err
		}
		services.GrafanaURL.User = nil // links are for everyone who reads them
	}
	return services, nil
}

// parseURL parses the value of a flag. The error does not quote it, because it may contain a
// password.
func parseURL(flag, value string) (*url.URL, error) {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("checking --%s: it is not an HTTP URL; hint: use a URL such as http://host:9090", flag)
	}
	return u, nil
}
