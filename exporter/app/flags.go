package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	logflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Command is a command of the exporter.
type Command string

// The commands.
const (
	CommandNone    Command = "" // after --help or --version, which Parse has printed
	CommandServe   Command = "serve"
	CommandCheck   Command = "check"
	CommandMetrics Command = "metrics"
)

const help = `Exports the health of an online marketplace to Prometheus: its Postgres database, its business KPIs, and the
requests, logs and page views that Vercel delivers.

Set the URL of the database in the environment, start the exporter, and open http://localhost:9847/metrics:

  export DATABASE_URL='postgres://marketplace_exporter:PASSWORD@db.example.com:5432/postgres'
  marketplace_exporter check    # shows what works and how to fix the rest
  marketplace_exporter

Every flag has an environment variable: its name in capitals, with underscores for dots and dashes. A flag on the
command line takes precedence.`

// Config is the configuration of the exporter.
type Config struct {
	Database      database.Config
	Inbound       inbound.Config
	Web           *web.FlagConfig
	TelemetryPath string
	MaxRequests   int // scrapes under way at once
	Lifecycle     bool
	CreatedLines  bool
	Limits        source.Limits
	TimeoutOffset time.Duration
	ShutdownWait  time.Duration // for the last scrape

	modules []source.Module
	log     promslog.Config
}

// register adds all flags to app, in the order of --help.
func (c *Config) register(app *kingpin.Application) {
	c.Database.Register(app)
	for _, m := range c.modules {
		m.Register(app)
	}
	c.Inbound.Register(app)
	c.Web = kingpinflag.AddFlags(app, ":9847")
	app.Flag("web.telemetry-path", "Path under which to expose metrics.").
		Default("/metrics").StringVar(&c.TelemetryPath)
	app.Flag("web.max-requests", "Maximum number of concurrent scrapes. Further scrapes get status 503.").
		Default("40").IntVar(&c.MaxRequests)
	app.Flag("web.enable-lifecycle", "Enable reloads by POST /-/reload. SIGHUP always reloads.").
		BoolVar(&c.Lifecycle)
	app.Flag("web.openmetrics-created", "Enable _created lines in the OpenMetrics text format, which add a series to each "+
		"counter. Prometheus gets created timestamps without them if it scrapes with protobuf.").
		BoolVar(&c.CreatedLines)
	app.Flag("collect.timeout", "Maximum duration of a collection. A scrape with a shorter timeout gets earlier results of the sources "+
		"that have not finished, so keep this below the scrape timeout of your Prometheus servers.").
		Default("10s").DurationVar(&c.Limits.Timeout)
	app.Flag("collect.timeout-offset", "How long before the scrape timeout to respond, so that the response arrives in time.").
		Default("500ms").DurationVar(&c.TimeoutOffset)
	app.Flag("collect.cache-duration", "How long to serve a finished collection to further scrapes. Half the scrape interval "+
		"makes a pair of Prometheus servers cost the database no more than one.").
		Default("8s").DurationVar(&c.Limits.CacheDuration)
	app.Flag("collect.shutdown-wait", "Maximum time to wait at shutdown for a scrape of the last deliveries of drains. Keep it "+
		"above the scrape interval, and below the time after which the service manager kills the exporter.").
		Default("20s").DurationVar(&c.ShutdownWait)
	logflag.AddFlags(app, &c.log)
}

// Parse returns the command that args name and its configuration, with environment variables in
// place of missing flags. It prints --help and --version to stdout.
func Parse(args []string, stdout, stderr io.Writer) (*Config, Command, error) {
	c := &Config{modules: modules()}
	printed := false
	app := kingpin.New("marketplace_exporter", help)
	app.Version(version.Print("marketplace_exporter"))
	app.HelpFlag.Short('h')
	app.UsageWriter(stdout).ErrorWriter(stderr).Terminate(func(int) { printed = true })
	app.Command(string(CommandServe), "Serve metrics until SIGTERM.").Default()
	app.Command(string(CommandCheck), "Connect with the configuration of serve, print what works, and print how to fix the rest. "+
		"The exit status is 1 if something that is configured does not work.")
	app.Command(string(CommandMetrics), "Print all metrics as a Markdown table with their types, labels and meanings.")
	c.register(app)
	for _, flag := range app.Model().Flags {
		if flag.Name != "help" && flag.Name != "version" && !flag.Hidden { // many environments set VERSION for another program
			app.GetFlag(flag.Name).Envar(strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag.Name)))
		}
	}
	command, err := app.Parse(args)
	if printed {
		return nil, CommandNone, nil
	}
	if err != nil {
		return nil, CommandNone, fmt.Errorf("%w; hint: marketplace_exporter --help lists the flags", nameFlag(app, args, err))
	}
	return c, Command(command), c.validate()
}

func (c *Config) validate() error {
	if !strings.HasPrefix(c.TelemetryPath, "/") || c.TelemetryPath == "/" || strings.HasPrefix(c.TelemetryPath, "/-/") {
		return fmt.Errorf("checking --web.telemetry-path: %q is not available; hint: use a path such as /metrics", c.TelemetryPath)
	}
	if c.MaxRequests <= 0 {
		return fmt.Errorf("checking --web.max-requests: %d is not above zero; hint: the default is 40", c.MaxRequests)
	}
	if c.Limits.Timeout <= 0 || c.TimeoutOffset < 0 || c.Limits.CacheDuration < 0 {
		return errors.New("checking --collect.*: --collect.timeout must be above zero, and the other durations must not be " +
			"negative; hint: marketplace_exporter --help shows the defaults")
	}
	return nil
}

// Logger returns the logger that the flags configure. It writes to w.
func (c *Config) Logger(w io.Writer) *slog.Logger {
	c.log.Writer = w
	return promslog.New(&c.log)
}

// nameFlag returns err with the flag and the value at fault, which the errors of values do not
// name. It sets the values again until one fails. No flag with a secret rejects a value.
func nameFlag(app *kingpin.Application, args []string, err error) error {
	given := map[string]string{}
	context, contextErr := app.ParseContext(args)
	if contextErr != nil {
		return err // an unknown flag, which the error names
	}
	for _, element := range context.Elements {
		if flag, ok := element.Clause.(*kingpin.FlagClause); ok && element.Value != nil {
			given[flag.Model().Name] = *element.Value
		}
	}
	for _, flag := range app.Model().Flags {
		value, set := given[flag.Name]
		if !set && flag.Envar != "" {
			value, set = os.LookupEnv(flag.Envar)
		}
		if !set {
			continue
		}
		if invalid := flag.Value.Set(value); invalid != nil {
			if number, ok := errors.AsType[*strconv.NumError](invalid); ok {
				invalid = number.Err
			}
			return fmt.Errorf("reading --%s (%s): %q is not valid: %w", flag.Name, flag.Envar, value, invalid)
		}
	}
	return err
}
