package statuspage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"github.com/aimarketplace/monitoring/report/command"
)

// shutdownTimeout is how long requests may take after the signal to stop.
const shutdownTimeout = 10 * time.Second

// Command serves the status page.
type Command struct {
	name, externalURL, notes string
	web                      *web.FlagConfig
}

// Register implements command.Command.
func (c *Command) Register(app *kingpin.Application) *kingpin.CmdClause {
	serve := app.Command("status-page", "The public status page.").
		Command("serve", "Serve the status page until SIGTERM.")
	serve.Flag("name", "Name of the service, as the title of the page shows it.").Default("AI Marketplace").StringVar(&c.name)
	serve.Flag("external-url", "URL of the page for visitors, for links in the feed and the API.").
		Default("http://localhost:9849").StringVar(&c.externalURL)
	serve.Flag("notes.directory", "Path to a directory of incident notes in Markdown.").StringVar(&c.notes)
	c.web = kingpinflag.AddFlags(serve, ":9849")
	return serve
}

// Run implements command.Command.
func (c *Command) Run(ctx context.Context, services command.Services) error {
	m, err := c.monitor(services.Prometheus, services.Environment, services.Location, services.Logger)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: m.handler(), ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(services.Logger.Handler(), slog.LevelDebug),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	})
	refreshed := make(chan struct{})
	go func() {
		defer close(refreshed)
		m.run(ctx, refreshInterval)
	}()
	err = web.ListenAndServe(server, c.web, services.Logger)
	cancel()
	<-refreshed
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the status page: %w; hint: check --web.listen-address and --web.config.file", err)
	}
	return <-stopped
}

// monitor returns a monitor that has published an edition without data.
func (c *Command) monitor(querier Querier, environment string, location *time.Location, logger *slog.Logger) (*monitor, error) {
	u, err := url.Parse(c.externalURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return nil, errors.New("checking --external-url: it is not the URL of a web page; hint: use a URL such as https://status.example.com")
	}
	m := &monitor{
		source: source{querier: querier, environment: environment},
		notes:  c.notes,
		site:   site{name: c.name, url: u, location: location, template: newPageTemplate()},
		logger: logger,
	}
	notes, _ := readNotes(c.notes) // the first refresh logs the error
	m.edition.Store(m.site.edition(m.history.snapshot(environment, notes, time.Now().UTC())))
	return m, nil
}
