package vercel

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// Where the latency of requests comes from.
const (
	fromTraces = "traces"
	fromLogs   = "logs"
)

// Config is what an operator can set.
type Config struct {
	ListenAddress string // empty: off
	SecretFile    string
	VerifyToken   string
	WebConfigFile string
	Lists         bound.Files
	LatencyFrom   string // one of two drains, since both can tell of the same request

	MaxBody        units.Base2Bytes // of a delivery as received
	MaxInflated    units.Base2Bytes // of a delivery without its gzip
	MaxRows        int              // of a delivery
	MaxRequests    int              // under way at once
	MaxConnections int

	TracePatience time.Duration // that a span waits for others of its trace
	DedupeWindow  time.Duration
	DedupeRows    int
}

// Register adds the --vercel.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("vercel.listen-address", "Address for the drains of Vercel, such as :9848; it faces the internet, so it is not "+
		"that of /metrics. Off if empty. docs/vercel.md has the settings on Vercel's side.").
		StringVar(&c.ListenAddress)
	app.Flag("vercel.secret-file", "File with the secret of each drain on a line of its own, and the next one beside it while "+
		"it is rolled. Nothing is taken that none of them has signed. Read again at a reload.").
		StringVar(&c.SecretFile)
	app.Flag("vercel.verify-token", "Token that Vercel's dashboard shows where it wants to see it in the header "+
		"x-vercel-verify. It is no secret: whoever asks gets it.").
		StringVar(&c.VerifyToken)
	app.Flag("vercel.web-config-file", "TLS of the drains' listener, in the format of --web.config.file. Without it a reverse "+
		"proxy has to do TLS, which Vercel insists on.").
		StringVar(&c.WebConfigFile)
	app.Flag("vercel.routes-file", "YAML file of the routes and outbound hosts that become labels; what is not in it is other. "+
		"Read again at a reload.").
		StringVar(&c.Lists.Routes)
	app.Flag("vercel.events-file", "YAML file of the events, and of their values, that become labels; what is not in it is "+
		"other. Read again at a reload.").
		StringVar(&c.Lists.Events)
	app.Flag("vercel.latency-from", "Which drain tells how long requests took: traces, or logs, where the application logs "+
		"it itself. Not both, or a request would count twice.").
		Default(fromTraces).EnumVar(&c.LatencyFrom, fromTraces, fromLogs)
	c.registerLimits(app)
}

func (c *Config) registerLimits(app *kingpin.Application) {
	app.Flag("vercel.max-body", "Largest delivery as it is received.").
		Default("10MB").BytesVar(&c.MaxBody)
	app.Flag("vercel.max-inflated", "Largest delivery once it is inflated. Memory is at most --vercel.max-requests times both.").
		Default("50MB").BytesVar(&c.MaxInflated)
	app.Flag("vercel.max-rows", "Most rows of a delivery.").
		Default("50000").IntVar(&c.MaxRows)
	app.Flag("vercel.max-requests", "Most deliveries under way at once; more are told to come back.").
		Default("16").IntVar(&c.MaxRequests)
	app.Flag("vercel.max-connections", "Most connections at once; more wait.").
		Default("256").IntVar(&c.MaxConnections)
	app.Flag("vercel.trace-patience", "How long a span waits for others that tell of the same request: Vercel and the application "+
		"send theirs apart.").
		Default("10s").DurationVar(&c.TracePatience)
	app.Flag("vercel.dedupe-window", "How long a row is remembered, so that it counts once however often it is delivered.").
		Default("5m").DurationVar(&c.DedupeWindow)
	app.Flag("vercel.dedupe-rows", "Most rows to remember, at some 40 bytes each. marketplace_vercel_forgotten_rows_total "+
		"tells if they are too few.").
		Default("2000000").IntVar(&c.DedupeRows)
}

func (c *Config) validate() error {
	if c.ListenAddress != "" && c.SecretFile == "" {
		return errors.New("checking --vercel.listen-address: nobody may send without a signature, and there is no secret; " +
			"hint: openssl rand -hex 32 > drain-secret, --vercel.secret-file=drain-secret, and the same text into the drain")
	}
	if !regexp.MustCompile(`^[!-~]*$`).MatchString(c.VerifyToken) {
		return errors.New("checking --vercel.verify-token: it cannot be sent in a header; hint: copy it without blanks")
	}
	if c.MaxBody <= 0 || c.MaxInflated <= 0 || min(c.MaxRows, c.MaxRequests, c.MaxConnections, c.DedupeRows) <= 0 {
		return errors.New("a --vercel.max-* or --vercel.dedupe-rows is not above zero; " +
			"hint: marketplace_exporter --help shows the defaults")
	}
	if c.TracePatience < 0 {
		return fmt.Errorf("checking --vercel.trace-patience: %s is less than no time; hint: 10s, or 0s not to wait", c.TracePatience)
	}
	if c.DedupeWindow <= 0 {
		return fmt.Errorf("checking --vercel.dedupe-window: %s is no time to remember a row; hint: 5m", c.DedupeWindow)
	}
	return nil
}
