package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/aimarketplace/monitoring/report/app"
)

// startStatusPage serves the status page in this process.
func (d *demo) startStatusPage(ctx context.Context, flags upFlags, page *screen) error {
	port, err := flags.ports["status-page"](ctx)
	if err != nil {
		return err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	page.StatusPage = "http://" + address
	return d.step("starting the status page", func() error {
		log := &heldWriter{} // never released: watch prints its end
		ended := make(chan error, 1)
		stop := background(context.WithoutCancel(ctx), func(ctx context.Context) {
			ended <- app.Run(ctx, []string{
				"status-page", "serve", "--web.listen-address=" + address, "--external-url=" + page.StatusPage,
				"--prometheus.url=" + page.Prometheus,
			}, io.Discard, log)
		})
		d.parts = append(d.parts, part{name: "the status page", alive: func() bool { return len(ended) == 0 }, log: log.String})
		d.onStop("the status page", func() error { stop(); return <-ended })
		return awaitListener(ctx, address)
	})
}

// awaitListener waits until a server listens on an address.
func awaitListener(ctx context.Context, address string) error {
	const timeout, interval = 10 * time.Second, 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", address, err)
		case <-time.After(interval):
		}
	}
}
