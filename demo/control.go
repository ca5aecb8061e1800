package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// controlFlag is where a demo listens to `demo break`: a unix socket, which nobody else on the machine may use.
func controlFlag(cmd *kingpin.CmdClause) *string {
	usual := filepath.Join(os.TempDir(), "marketplace-demo-"+strconv.Itoa(os.Getuid())+".sock")
	return cmd.Flag("control", "The socket that `demo break` talks to a running demo by.").Envar("DEMO_CONTROL").Default(usual).String()
}

// claimControl takes the socket, before anything else is started that another demo would be in the way of. Whoever calls
// before serveControl has to wait.
func (d *demo) claimControl(ctx context.Context, path string) (net.Listener, error) {
	if conn, err := dialControl(ctx, path); err == nil {
		return nil, errors.Join(fmt.Errorf("listening on %s: a demo is running there: stop it, or use another --control", path), conn.Close())
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket != 0 {
		_ = os.Remove(path) // a demo that was killed left it; if it stays, listening says why
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening to `demo break`: %w", err)
	}
	d.onStop("", func() error { return unlessClosed(listener.Close()) })
	const ownerOnly = 0o600
	if err := os.Chmod(path, ownerOnly); err != nil {
		return nil, fmt.Errorf("listening to `demo break`: %w", err)
	}
	return listener, nil
}

// serveControl obeys until the demo stops. Faults end with ctx, not with the connection of who asked for them: half a
// fault could not be mended.
func (d *demo) serveControl(ctx context.Context, listener net.Listener, b *breaker) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults/{name}", func(w http.ResponseWriter, r *http.Request) {
		f, err := findFault(r.PathValue("name"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		d.answer(w, func() (string, error) { return b.begin(ctx, f) })
	})
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		d.answer(w, func() (string, error) { return b.mend(ctx) })
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	d.onStop("", func() error { return errors.Join(unlessClosed(server.Close()), unlessClosed(<-ended)) })
}

// answer tells who asked, and whoever looks at the demo's own terminal.
func (d *demo) answer(w http.ResponseWriter, do func() (string, error)) {
	done, err := do()
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	d.say("\n%s  *** %s\n", time.Now().Format(time.TimeOnly), done)
	fmt.Fprintln(w, done)
}

func unlessClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
