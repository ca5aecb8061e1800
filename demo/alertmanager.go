package main

import (
	"context"
	"io"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

const alertmanagerPort = 9093

// startAlertmanager runs the production configuration with receivers on this machine, which print the notifications.
func (d *demo) startAlertmanager(ctx context.Context, program string, out io.Writer, port, faster int) (url string, err error) {
	port, err = choosePort(ctx, port, alertmanagerPort)
	if err != nil {
		return "", err
	}
	people, err := receivers.Start(ctx, out)
	if err != nil {
		return "", err
	}
	d.onStop("", people.Close)
	var server *child.Server
	err = d.step("starting Alertmanager", func() (err error) {
		server, err = amserver.Start(ctx, amserver.Options{Path: program, To: people.Access(), Faster: faster, Port: port})
		return err
	})
	if err != nil {
		return "", err
	}
	d.keep(part{name: "Alertmanager", alive: func() bool { return alive(server.Pid()) }, log: server.Log}, server.Close)
	return server.URL(), nil
}
