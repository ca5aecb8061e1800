// Package amserver runs a throwaway Alertmanager on the repository's configuration, with local receivers in place of
// the real services, for tests and for the demo.
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

// Options says which Alertmanager to run, and whom it notifies.
type Options struct {
	// Path of the alertmanager program; package toolbox finds it.
	Path string
	// To is who gets the notifications.
	To receivers.Access
	// Faster divides all waiting times of the configuration; 0 and 1 keep them.
	Faster int
	// Dir is for this server alone and outlives Close. The default is a temporary directory, which does not.
	Dir string
	// Port on 127.0.0.1; 0 takes a free one.
	Port int
	// Env is added to the server's environment, as NAME=value.
	Env []string
}

// Server is a running Alertmanager.
type Server struct {
	home    *child.Home
	process *child.Process
	port    int
}

// Start runs Alertmanager until Close, or until this program ends in whatever way, and waits until it is ready.
func Start(ctx context.Context, opts Options) (*Server, error) {
	home, err := child.NewHome(opts.Dir, "alertmanager")
	if err != nil {
		return nil, fmt.Errorf("starting Alertmanager: %w", err)
	}
	s := &Server{home: home, port: opts.Port}
	if err := s.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Alertmanager: %w", err), s.Close()) //nolint:contextcheck // a cancelled start has to tidy up too
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
	config, err := install(s.home.Path, opts.To, opts.Faster)
	if err != nil {
		return err
	}
	// A child inherits this program's environment, and env adds to it.
	args := append(environment(s.home.Path, opts), opts.Path,
		"--config.file="+config,
		"--storage.path="+s.home.Join("data"),
		"--web.listen-address="+s.address(),
		"--web.external-url="+s.URL(),
		"--cluster.listen-address=", // alone
	)
	if s.process, err = s.home.Start(syscall.SIGKILL, "/usr/bin/env", args...); err != nil {
		return err
	}
	return s.process.Await(ctx, s.ready)
}

// URL is the root of the server's API.
func (s *Server) URL() string { return "http://" + s.address() }

// Log is what the server has logged so far.
func (s *Server) Log() string { return s.home.Log() }

// Pid is the server's process id.
func (s *Server) Pid() int { return s.process.Pid() }

// Close stops the server and removes its temporary directory.
func (s *Server) Close() error {
	const patience = 20 * time.Second
	return s.home.End(s.process, syscall.SIGTERM, patience)
}

func (s *Server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

func (s *Server) ready(ctx context.Context) error {
	_, err := s.get(ctx, "/-/ready")
	return err
}
