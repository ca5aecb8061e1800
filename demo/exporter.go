package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/internal/child"
)

const (
	exporterPort = 9847
	drainsPort   = 9848
)

// buildExporter makes the program in a temporary folder that goes when the demo does.
func (d *demo) buildExporter(ctx context.Context, root string) (string, error) {
	dir, err := os.MkdirTemp("", "demo-build-")
	if err != nil {
		return "", fmt.Errorf("building the exporter: %w", err)
	}
	d.onStop("", func() error { return os.RemoveAll(dir) })
	program := filepath.Join(dir, "marketplace_exporter")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./exporter") //nolint:gosec // our own program
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the exporter: %w\n%s", err, output)
	}
	return program, nil
}

// exporter is where the running one is found, and what it wants drains to be signed with.
type exporter struct {
	url       string // of its metrics, without their path
	drainsURL string
	secret    string
}

// startExporter hands passwords over in files, because arguments are seen by everybody on the machine.
func (d *demo) startExporter(ctx context.Context, root, program string, db database, flags upFlags) (exporter, error) {
	port, err := choosePort(ctx, flags.exporterPort, exporterPort)
	if err != nil {
		return exporter{}, err
	}
	second, err := choosePort(ctx, flags.drainsPort, drainsPort)
	if err != nil {
		return exporter{}, err
	}
	home, err := child.NewDir("", "exporter")
	if err != nil {
		return exporter{}, err
	}
	d.onStop("", home.Remove)
	e := exporter{url: "http://" + local(port), drainsURL: "http://" + local(second), secret: rand.Text()}
	for name, content := range map[string]string{"password": db.monitoringPassword, "secret": e.secret} {
		if err := os.WriteFile(home.Join(name), []byte(content), 0o600); err != nil {
			return e, fmt.Errorf("writing the exporter's secrets: %w", err)
		}
	}
	return e, d.step("starting the exporter", func() error {
		running, err := home.Start(syscall.SIGTERM, program,
			"--database.url="+db.monitoringURL, "--database.password-file="+home.Join("password"), "--web.listen-address="+local(port),
			"--inbound.listen-address="+local(second), "--vercel.secret-file="+home.Join("secret"),
			"--vercel.routes-file="+filepath.Join(root, "deploy", "exporter", "routes.yml"),
			"--collect.cache-duration=2s", "--postgres.indexes.min-age=1m", "--postgres.slow-interval=15s") // nobody waits a week for a demo
		if err != nil {
			return err
		}
		watched := process{name: "the exporter", alive: func() bool { return alive(running.Pid()) }, log: home.Log}
		d.keep(watched, func() error { return terminate(ctx, running) })
		return running.WaitReady(ctx, func(ctx context.Context) error { return get(ctx, e.url+"/-/ready") })
	})
}

// terminate works when ctx is done too, which is when it is needed.
func terminate(ctx context.Context, running *child.Process) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return running.Stop(ctx, syscall.SIGTERM)
}

// get is nil when the page is there.
func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	request.Close = true // asked once
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	err = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("getting %s: %s", url, response.Status))
	}
	return err
}
