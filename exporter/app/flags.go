package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	logflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Command is what the exporter is started for.
type Command string

// The commands.
const (
	CommandNone    Command = "" // --help or --version, which Parse has printed
	CommandServe   Command = "serve"
	CommandCheck   Command = "check"
	CommandMetrics Command = "metrics"
)

const help = `Exports the health of an online marketplace to Prometheus: its Postgres database, its business KPIs, and what Vercel
sends of its application.

Start with the database's URL in the environment, then look at http://localhost:9847/metrics:

  DATABASE_URL='postgres://marketplace_exporter:...@db.example.com:5432/postgres' marketplace_exporter

"marketplace_exporter check" says what works, what does not, and what to do about it.
Every flag can be set in the environment: its name in capitals, dots and dashes as underscores.`

// Config is everything that an operator can set.
type Config struct {
	Database      database.Config
	modules       []source.Module
	Web           *web.FlagConfig
	TelemetryPath string
	Lifecycle     bool
	CreatedLines  bool
	Limits        source.Limits
	TimeoutOffset time.Duration
	log           promslog.Config
}

// register adds all flags to app, in the order in which --help shows them.
func (c *Config) register(app *kingpin.Application) {
	c.Database.Register(app)
	for _, m := range c.modules {
		m.Register(app)
	}
	c.Web = kingpinflag.AddFlags(app, ":9847")
	app.Flag("web.telemetry-path", "Path under which to expose metrics.").
		Default("/metrics").StringVar(&c.TelemetryPath)
	app.Flag("web.enable-lifecycle", "Let POST /-/reload read the files again. SIGHUP always does.").
		BoolVar(&c.Lifecycle)
	app.Flag("web.openmetrics-created", "Write _created lines into the OpenMetrics text: a series more for each counter. "+
		"A Prometheus that asks for protobuf gets created timestamps without it.").
		BoolVar(&c.CreatedLines)
	app.Flag("collect.timeout", "How long a scrape may take where the scraper does not say.").
		Default("10s").DurationVar(&c.Limits.Timeout)
	app.Flag("collect.timeout-offset", "How much of the scraper's timeout to keep for sending the answer.").
		Default("500ms").DurationVar(&c.TimeoutOffset)
	app.Flag("collect.cache-duration", "How long a collection is served to further scrapes. Half the scrape interval makes a "+
		"pair of Prometheus servers cost the database no more than one.").
		Default("8s").DurationVar(&c.Limits.CacheDuration)
	logflag.AddFlags(app, &c.log)
}

// Parse returns the command that args name and its configuration, which the environment completes.
// It prints --help and --version to stdout.
func Parse(args []string, stdout, stderr io.Writer) (*Config, Command, error) {
	c := &Config{modules: modules()}
	ended := false
	app := kingpin.New("marketplace_exporter", help)
	app.Version(version.Print("marketplace_exporter"))
	app.HelpFlag.Short('h')
	app.UsageWriter(stdout).ErrorWriter(stderr).Terminate(func(int) { ended = true })
	app.Command(string(CommandServe), "Serve metrics until told to stop.").Default()
	app.Command(string(CommandCheck), "Connect as serve would, and print what works and what to do about the rest. "+
		"Ends with status 1 if something that is configured cannot work.")
	app.Command(string(CommandMetrics), "Print all metrics as a Markdown table: name, type, labels, help.")
	c.register(app)
	for _, flag := range app.Model().Flags {
		if flag.Name != "help" && flag.Name != "version" && !flag.Hidden { // a VERSION in the environment is not for us
			app.GetFlag(flag.Name).Envar(environmentName(flag.Name))
		}
	}
	command, err := app.Parse(args)
	if ended {
		return nil, CommandNone, nil
	}
	if err != nil {
		return nil, CommandNone, fmt.Errorf("%w; hint: marketplace_exporter --help lists the flags", err)
	}
	return c, Command(command), c.validate()
}

// validate refuses what would make the exporter do nothing, or too much.
func (c *Config) validate() error {
	if !strings.HasPrefix(c.TelemetryPath, "/") || c.TelemetryPath == "/" || strings.HasPrefix(c.TelemetryPath, "/-/") {
		return fmt.Errorf("--web.telemetry-path=%q is not usable; hint: a path of its own, such as /metrics", c.TelemetryPath)
	}
	if c.Limits.Timeout <= 0 || c.TimeoutOffset < 0 || c.Limits.CacheDuration < 0 {
		return errors.New("the --collect.* flags leave no time to collect; hint: their defaults are 10s, 500ms and 8s")
	}
	return nil
}

// Logger returns the logger that the flags configure. It writes to w.
func (c *Config) Logger(w io.Writer) *slog.Logger {
	c.log.Writer = w
	return promslog.New(&c.log)
}

func environmentName(flag string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}
