// Package amserver runs throwaway Alertmanagers with the repository's configuration for tests and
// the demo. Local receivers replace the real services.
package amserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// Options configure a server.
type Options struct {
	// Path to the alertmanager binary; package toolbox finds it.
	Path string
	// To are the receivers of notifications.
	To receivers.Access
	// Faster divides group_wait, group_interval and repeat_interval; 0 and 1 keep them.
	Faster int
	// Dir holds the server's files and is kept by Close. The default is a temporary directory.
	Dir string
	// Port on 127.0.0.1; 0 picks a free one.
	Port int
	// Env is added to the server's environment, as NAME=value.
	Env []string
}

// Server is a running Alertmanager.
type Server struct {
	dir     *child.Dir
	process *child.Process
	port    int
}

// Start runs Alertmanager and returns when it is ready. It runs until Close or until this program
// ends.
func Start(ctx context.Context, opts Options) (*Server, error) {
	dir, err := child.NewDir(opts.Dir, "alertmanager")
	if err != nil {
		return nil, fmt.Errorf("starting Alertmanager: %w", err)
	}
	s := &Server{dir: dir, port: opts.Port}
	if err := s.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Alertmanager: %w", err), s.Close()) //nolint:contextcheck // cleanup after a canceled start
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, opts Options) error {
	var err error
	if s.port == 0 {
		if s.port, err = freeport.Pick(ctx); err != nil {
			return err
		}
	}
	config, err := install(s.dir.Path, opts)
	if err != nil {
		return err
	}
	// The server inherits this program's environment; env(1) adds to it.
	args := append(environment(s.dir.Path, opts), opts.Path,
		"--config.file="+config,
		"--storage.path="+s.dir.Join("data"),
		"--web.listen-address="+s.address(),
		"--web.external-url="+s.URL(),
		"--cluster.listen-address=", // not a cluster
	)
	if s.process, err = s.dir.Start(syscall.SIGKILL, "/usr/bin/env", args...); err != nil {
		return err
	}
	return s.process.WaitReady(ctx, s.ready)
}

// URL returns the root of the server's API.
func (s *Server) URL() string { return "http://" + s.address() }

// Log returns the server's log.
func (s *Server) Log() string { return s.dir.Log() }

// Pid returns the server's process ID.
func (s *Server) Pid() int { return s.process.Pid() }

// Close stops the server and removes its temporary directory.
func (s *Server) Close() error {
	const timeout = 20 * time.Second
	return s.dir.Close(s.process, syscall.SIGTERM, timeout)
}

func (s *Server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

func (s *Server) ready(ctx context.Context) error {
	_, err := s.get(ctx, "/-/ready")
	return err
}
