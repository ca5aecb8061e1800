package main

import (
	"context"
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

const exporterPort = 9847

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

// startExporter hands the password over in a file, because arguments are seen by everybody on the machine.
func (d *demo) startExporter(ctx context.Context, program string, db database, asked int) (url string, err error) {
	port, err := choosePort(ctx, asked, exporterPort)
	if err != nil {
		return "", err
	}
	home, err := child.NewHome("", "exporter")
	if err != nil {
		return "", err
	}
	d.onStop("", home.Remove)
	password := home.Join("password")
	if err := os.WriteFile(password, []byte(db.monitoringPassword), 0o600); err != nil {
		return "", fmt.Errorf("writing the exporter's password: %w", err)
	}
	url = "http://" + local(port)
	return url, d.step("starting the exporter", func() error {
		running, err := home.Start(syscall.SIGTERM, program,
			"--database.url="+db.monitoringURL, "--database.password-file="+password, "--web.listen-address="+local(port),
			"--collect.share=2s", "--postgres.indexes.min-age=1m", "--postgres.slow-interval=15s") // nobody waits a week for a demo
		if err != nil {
			return err
		}
		exporter := process{name: "the exporter", alive: func() bool { return alive(running.Pid()) }, log: home.Log}
		d.keep(exporter, func() error { return terminate(ctx, running) })
		return running.Await(ctx, func(ctx context.Context) error { return get(ctx, url+"/-/ready") })
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
