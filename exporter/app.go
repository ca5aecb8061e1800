package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// listener is a source that takes an address.
type listener interface{ Listen() error }

// drainTime is how long scrapes under way may still take once we are told to stop. All of it must be over in 5 s.
const drainTime = 3 * time.Second

// app is the running exporter.
type app struct {
	config  *config
	logger  *slog.Logger
	sources []source.Source
	set     *source.Set
	reloads *reloads
}

// serve runs the exporter until ctx ends, then lets it finish what it is doing.
func serve(ctx context.Context, config *config, logger *slog.Logger) error {
	sources, err := open(config, logger)
	if err != nil {
		return err
	}
	defer release(sources)
	sources = enabled(sources)
	if err := listen(sources); err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	a := &app{
		config: config, logger: logger, sources: sources, reloads: newReloads(),
		set: source.NewSet(life, logger, config.Limits, sources...),
	}
	background := a.start(life, serving)
	err = a.listen(ctx)
	stop()
	end()
	background.Wait()
	logger.Info("stopped")
	return err
}

// start runs everything that goes on between scrapes until life ends; what is delivered to ends with serving, so that
// deliveries and scrapes finish in the same few seconds.
func (a *app) start(life, serving context.Context) *sync.WaitGroup {
	var background sync.WaitGroup
	for _, s := range a.sources {
		until := life
		if _, ok := s.(listener); ok {
			until = serving
		}
		if r, ok := s.(source.Runner); ok {
			background.Go(func() { r.Run(until) })
		}
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	background.Go(func() {
		defer signal.Stop(hangups)
		for {
			select {
			case <-life.Done():
				return
			case <-hangups:
				_ = a.reload() // it has logged and counted what went wrong
			}
		}
	})
	return &background
}

// listen serves HTTP until ctx ends and the requests under way are answered.
func (a *app) listen(ctx context.Context) error {
	handler, err := a.routes()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- web.ListenAndServe(server, a.config.Web, a.logger) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving HTTP: %w; hint: --web.listen-address and --web.config.file say where and how", err)
	case <-ctx.Done():
	}
	a.logger.Info("stopping: finishing the scrapes under way")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}
