package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aimarketplace/monitoring/demo/services"
)

// startServices starts the simulated services.
func (d *demo) startServices(ctx context.Context, db database) (external *services.Services, err error) {
	dir, err := os.MkdirTemp("", "services-")
	if err != nil {
		return nil, fmt.Errorf("creating the directory of the services: %w", err)
	}
	const probeInterval = 30 * time.Second // as in the example of the exporter
	err = d.step("starting the services", func() (err error) {
		external, err = services.Start(ctx, services.Options{DatabaseURL: db.appURL, Dir: dir, ProbeInterval: probeInterval})
		return err
	})
	if err == nil {
		d.onStop("", external.Close)
	}
	return external, err
}
