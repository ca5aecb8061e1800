package main

import (
	"context"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

const alertmanagerPort = 9093

// startAlertmanager runs the configuration of production with receivers on this machine, which print what people would
// have got to out.
func (d *demo) startAlertmanager(ctx context.Context, program string, out *curtain, asked, faster int) (url string, err error) {
	port, err := choosePort(ctx, asked, alertmanagerPort)
	if err != nil {
		return "", err
	}
	people, err := receivers.Start(ctx, out)
	if err != nil {
		return "", err
	}
	d.onStop("", people.Close)
	var server *amserver.Server
	err = d.step("starting Alertmanager", func() (err error) {
		server, err = amserver.Start(ctx, amserver.Options{Path: program, To: people.Access(), Faster: faster, Port: port})
		return err
	})
	if err != nil {
		return "", err
	}
	d.keep(process{name: "Alertmanager", alive: func() bool { return alive(server.Pid()) }, log: server.Log}, server.Close)
	return server.URL(), nil
}
