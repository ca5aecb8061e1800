// Package app is the exporter as a library: it parses the flags, opens the sources and serves HTTP.
//
// [Parse] reads the flags, [New] opens the sources, [App.Listen] binds the addresses and [App.Run]
// serves until its context ends. An App keeps no global state and handles no signals, so tests can
// run several in one process.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/common/version"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// shutdownTimeout limits how long scrapes under way may take after the context of Run ends. The
// whole shutdown takes less than 5 seconds.
const shutdownTimeout = 3 * time.Second

// App is one exporter.
type App struct {
	config    *Config
	logger    *slog.Logger
	sources   []source.Source // all, for checks
	enabled   []source.Source // the ones to collect from
	inbound   *inbound.Server
	reloads   *reloads
	listeners []net.Listener // of the metrics
	listening bool           // after Listen
	closing   sync.Once
}

// New opens the sources that config enables. It neither connects nor listens. The caller calls
// Run, which closes the App, or Close.
func New(config *Config, logger *slog.Logger) (*App, error) {
	server, sources, err := open(config, logger)
	if err != nil {
		return nil, err
	}
	return &App{
		config: config, logger: logger, sources: sources, enabled: enabled(sources), inbound: server, reloads: newReloads(),
	}, nil
}

// Close releases the addresses and the connections. It does nothing after the first call.
func (a *App) Close() {
	a.closing.Do(func() {
		a.closeListeners()
		release(a.sources)
	})
}

// Run serves scrapes and deliveries until ctx ends, the requests under way are answered, and a
// scrape has collected the last deliveries. It listens unless Listen was called, and closes the
// App.
func (a *App) Run(ctx context.Context) error {
	defer a.Close()
	a.logger.Info("starting", "version", version.Version, "revision", version.GetRevision())
	if len(a.enabled) == 0 {
		return database.ErrNotConfigured
	}
	if slices.Contains(a.sources, source.Source(noDatabase{})) {
		a.logger.Info("no database is configured: the health of Postgres and KPIs are not exported")
	}
	if err := a.Listen(ctx); err != nil {
		return err
	}
	// Deliveries end first, then scrapes, then collections, for which scrapes wait.
	serving, stop := context.WithCancel(ctx)
	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	set := source.NewSet(lifetime, a.logger, a.config.Limits, a.enabled...)
	var background sync.WaitGroup
	background.Go(func() { set.Run(lifetime) })
	delivered := make(chan struct{})
	background.Go(func() {
		a.inbound.Run(serving)
		close(delivered)
	})
	err := a.serve(ctx, set, delivered)
	stop()
	end()
	background.Wait()
	a.logger.Info("stopped")
	return err
}

// serve answers HTTP requests until ctx ends and, after the last delivery, one more scrape.
func (a *App) serve(ctx context.Context, set *source.Set, delivered <-chan struct{}) error {
	handler, err := a.routes(set)
	if err != nil {
		return err
	}
	server := a.newServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- a.serveMetrics(server) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving HTTP: %w; hint: check --web.listen-address and --web.config.file", err)
	case <-ctx.Done():
	}
	<-delivered
	a.settle()
	a.logger.Info("stopping: finishing the scrapes under way")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

// settle waits for a scrape of what the sources have counted since the last one. Counters are lost
// with the process.
func (a *App) settle() {
	if a.config.ShutdownWait <= 0 {
		return
	}
	timeout := time.After(a.config.ShutdownWait)
	for _, s := range a.enabled {
		settler, ok := s.(source.Settler)
		if !ok {
			continue
		}
		collected := settler.Settle()
		select {
		case <-collected:
			continue
		default:
			a.logger.Info("stopping: waiting for a scrape of the last deliveries", "source", s.Name(), "timeout", a.config.ShutdownWait)
		}
		select {
		case <-collected:
		case <-timeout:
			a.logger.Warn("the last deliveries were not scraped; hint: set --collect.shutdown-wait above the scrape interval", "source", s.Name())
			return
		}
	}
}

func (a *App) newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      a.config.Limits.Timeout + 30*time.Second, // collecting and sending
		IdleTimeout:       5 * time.Minute,                          // longer than any scrape interval
		ErrorLog:          slog.NewLogLogger(a.logger.Handler(), slog.LevelWarn),
	}
}
