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
	"sync"
	"time"

	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"

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
	listeners []net.Listener // of the metrics; empty before Listen
	close     func()
}

// New opens the sources that config enables. It neither connects nor listens. The caller calls
// Run, which closes the App, or Close.
func New(config *Config, logger *slog.Logger) (*App, error) {
	server, sources, err := open(config, logger)
	if err != nil {
		return nil, err
	}
	a := &App{
		config: config, logger: logger, sources: sources, enabled: enabled(sources), inbound: server, reloads: newReloads(),
	}
	a.close = sync.OnceFunc(a.release)
	return a, nil
}

// Close releases the addresses and the connections. It does nothing after the first call.
func (a *App) Close() { a.close() }

func (a *App) release() {
	closeAll(a.listeners)
	release(a.sources)
}

// Run serves scrapes and deliveries until ctx ends and the requests under way are answered. It
// listens unless Listen was called, and closes the App.
func (a *App) Run(ctx context.Context) error {
	defer a.Close()
	a.logger.Info("starting", "version", version.Version, "revision", version.GetRevision())
	if err := a.Listen(ctx); err != nil {
		return err
	}
	// Deliveries and scrapes share the shutdown timeout. Collections end after both, because scrapes
	// wait for them.
	serving, stop := context.WithCancel(ctx)
	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	set := source.NewSet(lifetime, a.logger, a.config.Limits, a.enabled...)
	var background sync.WaitGroup
	background.Go(func() { set.Run(lifetime) })
	background.Go(func() { a.inbound.Run(serving) })
	err := a.serve(ctx, set)
	stop()
	end()
	background.Wait()
	a.logger.Info("stopped")
	return err
}

// serve answers HTTP requests until ctx ends.
func (a *App) serve(ctx context.Context, set *source.Set) error {
	handler, err := a.routes(set)
	if err != nil {
		return err
	}
	server := a.newServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- web.ServeMultiple(a.listeners, server, a.config.Web, a.logger) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving HTTP: %w; hint: check --web.listen-address and --web.config.file", err)
	case <-ctx.Done():
	}
	a.logger.Info("stopping: finishing the scrapes under way")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
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
