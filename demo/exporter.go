package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/prometheus/common/version"

	"github.com/aimarketplace/monitoring/demo/services"
	"github.com/aimarketplace/monitoring/exporter/app"
)

// exporter is how its clients reach it.
type exporter struct {
	URL        string // without the path of the metrics
	InboundURL string
	secret     string // of the drains
}

// startExporter runs the exporter in this process.
func (d *demo) startExporter(ctx context.Context, root string, db database, external *services.Services, flags upFlags) (exporter, error) {
	e := exporter{secret: rand.Text() + rand.Text()}
	args, err := exporterFlags(ctx, root, db, e.secret, flags)
	if err != nil {
		return e, err
	}
	serviceArgs, err := external.Flags(filepath.Join(root, "deploy", "exporter", "sentry-queries.example.yml"))
	if err != nil {
		return e, err
	}
	args = append(args, serviceArgs...)
	return e, d.step("starting the exporter", func() error {
		config, _, err := app.Parse(args, io.Discard, io.Discard)
		if err != nil {
			return fmt.Errorf("starting the exporter: %w", err)
		}
		version.Version = cmp.Or(version.Version, "demo") // which `go run` leaves empty
		log := &heldWriter{}                              // never released: watch prints its end
		running, err := app.New(config, config.Logger(log))
		if err != nil {
			return fmt.Errorf("starting the exporter: %w", err)
		}
		if err := running.Listen(ctx); err != nil {
			running.Close()
			return fmt.Errorf("starting the exporter: %w", err)
		}
		e.URL, e.InboundURL = "http://"+running.Addr().String(), "http://"+running.InboundAddr().String()
		ended := make(chan error, 1)
		stop := background(context.WithoutCancel(ctx), func(ctx context.Context) { ended <- running.Run(ctx) })
		d.parts = append(d.parts, part{name: "the exporter", alive: func() bool { return len(ended) == 0 }, log: log.String})
		d.onStop("the exporter", func() error { stop(); return <-ended })
		return nil
	})
}

// exporterFlags passes secrets in files, as in production. The unused indexes and slow statements
// of a demo show after a minute instead of a week.
func exporterFlags(ctx context.Context, root string, db database, secret string, flags upFlags) ([]string, error) {
	metrics, err := flags.ports["exporter"](ctx)
	if err != nil {
		return nil, err
	}
	inbound, err := flags.ports["inbound"](ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "exporter-")
	if err != nil {
		return nil, fmt.Errorf("creating the exporter's directory: %w", err)
	}
	for name, content := range map[string]string{"password": db.monitoringPassword, "secret": secret} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return nil, fmt.Errorf("writing the exporter's secrets: %w", err)
		}
	}
	return []string{
		"--database.url=" + db.monitoringURL, "--database.password-file=" + filepath.Join(dir, "password"),
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", metrics), fmt.Sprintf("--inbound.listen-address=127.0.0.1:%d", inbound),
		"--vercel.secret-file=" + filepath.Join(dir, "secret"),
		"--vercel.routes-file=" + filepath.Join(root, "deploy", "exporter", "routes.yml"),
		"--collect.cache-duration=2s", "--collect.shutdown-wait=0s", "--postgres.indexes.min-age=1m", "--postgres.slow-interval=15s",
	}, nil
}
