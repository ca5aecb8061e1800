package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"
)

// Listen binds the addresses of the metrics and, if it is set, the inbound address, so that Addr
// and InboundAddr return the ports that the system chose for :0. A second call does nothing.
func (a *App) Listen(ctx context.Context) error {
	if a.listening {
		return nil
	}
	if err := a.inbound.Listen(ctx); err != nil {
		return err
	}
	if err := web.Validate(*a.config.Web.WebConfigFile); err != nil {
		return fmt.Errorf("reading --web.config.file: %w; hint: see the exporter-toolkit's web-configuration.md", err)
	}
	if !a.toolkitListens() {
		for _, address := range *a.config.Web.WebListenAddresses {
			listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
			if err != nil {
				a.closeListeners()
				a.listeners = nil
				return fmt.Errorf("listening for scrapes: %w; hint: set --web.listen-address to a free address", err)
			}
			a.listeners = append(a.listeners, listener)
		}
	}
	a.listening = true
	return nil
}

// toolkitListens reports whether the exporter-toolkit listens when it serves. It supports more
// kinds of sockets than TCP, but hides its listeners, and with them the ports that the system
// chose.
func (a *App) toolkitListens() bool {
	return *a.config.Web.WebSystemdSocket || slices.ContainsFunc(*a.config.Web.WebListenAddresses, func(address string) bool {
		return strings.HasPrefix(address, "vsock://")
	})
}

func (a *App) serveMetrics(server *http.Server) error {
	if a.toolkitListens() {
		return web.ListenAndServe(server, a.config.Web, a.logger)
	}
	return web.ServeMultiple(a.listeners, server, a.config.Web, a.logger)
}

func (a *App) closeListeners() {
	for _, listener := range a.listeners {
		_ = listener.Close() // the HTTP server has closed it if it was served
	}
}

// Addr returns the first address on which the App serves metrics, or nil before Listen. It is also
// nil for vsock and for sockets of systemd.
func (a *App) Addr() net.Addr {
	if len(a.listeners) == 0 {
		return nil
	}
	return a.listeners[0].Addr()
}

// InboundAddr returns the address on which the App receives deliveries, nil before Listen or if
// there is none.
func (a *App) InboundAddr() net.Addr { return a.inbound.Addr() }
