package vercel

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// Drains that can provide the duration of requests.
const (
	fromTraces = "traces"
	fromLogs   = "logs"
)

// Config is the configuration of the source.
type Config struct {
	SecretFile  string // empty: off
	VerifyToken string
	Lists       allow.Files
	LatencyFrom string // one of two drains, because both may contain the same request
	MaxRows     int    // of a delivery
	TraceWait   time.Duration
}

// Register adds the --vercel.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("vercel.secret-file", "Path to a file with the secret of each drain on a line of its own. During a rotation, "+
		"add the new secret on another line. Unsigned deliveries are rejected. Drains are off if empty. Read again at a reload. "+
		"docs/vercel.md describes the settings on Vercel's side.").
		StringVar(&c.SecretFile)
	app.Flag("vercel.verify-token", "Token to send in the header x-vercel-verify, if Vercel's dashboard shows one. It is not a secret.").
		StringVar(&c.VerifyToken)
	app.Flag("vercel.routes-file", "Path to a YAML file with the routes and outbound hosts that become labels; others "+
		"become other. Read again at a reload.").
		StringVar(&c.Lists.Routes)
	app.Flag("vercel.events-file", "Path to a YAML file with the events and property values that become labels; others "+
		"become other. Read again at a reload.").
		StringVar(&c.Lists.Events)
	app.Flag("vercel.latency-from", "Drain that provides the duration of requests: traces, or logs if the application "+
		"logs durations. Only one of them is used, so that no request counts twice.").
		Default(fromTraces).EnumVar(&c.LatencyFrom, fromTraces, fromLogs)
	app.Flag("vercel.max-rows", "Maximum number of rows in a delivery.").
		Default("50000").IntVar(&c.MaxRows)
	app.Flag("vercel.trace-wait", "How long a span waits for other spans of the same request, because Vercel and the "+
		"application deliver them separately.").
		Default("10s").DurationVar(&c.TraceWait)
}

// Open implements source.Module.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	return New(*c, deps.Inbound, deps.Logger)
}

func (c *Config) validate() error {
	if !regexp.MustCompile(`^[!-~]*$`).MatchString(c.VerifyToken) {
		return errors.New("checking --vercel.verify-token: it has characters that a header cannot contain; hint: copy it without blanks")
	}
	if c.MaxRows <= 0 {
		return fmt.Errorf("checking --vercel.max-rows: %d is not above zero; hint: 50000", c.MaxRows)
	}
	if c.TraceWait < 0 {
		return fmt.Errorf("checking --vercel.trace-wait: %s is negative; hint: 10s, or 0s not to wait", c.TraceWait)
	}
	return nil
}
