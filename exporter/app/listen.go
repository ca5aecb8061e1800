package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/mdlayher/vsock"
	"github.com/prometheus/exporter-toolkit/web"
)

// Listen binds the address of the metrics and, if it is set, the inbound address, so that Addr and
// InboundAddr return the ports that the system chose for :0. A second call does nothing.
func (a *App) Listen(ctx context.Context) error {
	if len(a.listeners) > 0 {
		return nil
	}
	if err := a.inbound.Listen(ctx); err != nil {
		return err
	}
	if err := web.Validate(*a.config.Web.WebConfigFile); err != nil {
		return fmt.Errorf("reading --web.config.file: %w; hint: see the exporter-toolkit's web-configuration.md", err)
	}
	listeners, err := listen(ctx, a.config.Web)
	if err != nil {
		return fmt.Errorf("listening for scrapes: %w; hint: set --web.listen-address to a free address", err)
	}
	a.listeners = listeners
	return nil
}

// Addr returns the first address on which the App serves metrics, nil before Listen.
func (a *App) Addr() net.Addr {
	if len(a.listeners) == 0 {
		return nil
	}
	return a.listeners[0].Addr()
}

// InboundAddr returns the address on which the App receives deliveries, nil before Listen or if
// there is none.
func (a *App) InboundAddr() net.Addr { return a.inbound.Addr() }

// listen does what web.ListenAndServe does before it serves: that function hides its listeners,
// and with them the ports that the system chose.
func listen(ctx context.Context, flags *web.FlagConfig) ([]net.Listener, error) {
	if *flags.WebSystemdSocket {
		listeners, err := activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("systemd passed no socket")
		}
		return listeners, err
	}
	var listeners []net.Listener
	for _, address := range *flags.WebListenAddresses {
		listener, err := listenOn(ctx, address)
		if err != nil {
			closeAll(listeners)
			return nil, err
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close() // the HTTP server has closed it if it was served
	}
}

func listenOn(ctx context.Context, address string) (net.Listener, error) {
	if !strings.HasPrefix(address, "vsock://") {
		return new(net.ListenConfig).Listen(ctx, "tcp", address)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(parsed.Port(), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the port of %s: %w", address, err)
	}
	return vsock.Listen(uint32(port), nil)
}
