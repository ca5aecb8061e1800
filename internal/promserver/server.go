// Package promserver runs throwaway Prometheus servers for tests and the demo.
package promserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

// Options configure a server.
type Options struct {
	// Path to the prometheus binary; package toolbox finds it.
	Path string
	// Config is the text of the configuration file. Relative paths in it start at the server's
	// directory.
	Config string
	// ConfigFile replaces Config when it is set. Relative paths in the file start at its directory.
	ConfigFile string
	// Dir holds the server's files and is kept by Close. The default is a temporary directory.
	Dir string
	// Port on 127.0.0.1; 0 picks a free one.
	Port int
	// Args are added to the command line.
	Args []string
}

// Server is a running Prometheus.
type Server struct {
	dir     *child.Dir
	process *child.Process
	port    int
	api     prometheus.API
}

// Start runs Prometheus and returns when it is ready. It runs until Close or until this program
// ends.
func Start(ctx context.Context, opts Options) (*Server, error) {
	dir, err := child.NewDir(opts.Dir, "prometheus")
	if err != nil {
		return nil, fmt.Errorf("starting Prometheus: %w", err)
	}
	s := &Server{dir: dir, port: opts.Port}
	if err := s.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Prometheus: %w", err), s.Close()) //nolint:contextcheck // cleanup after a canceled start
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
	if s.api, err = newAPI(s.URL()); err != nil {
		return err
	}
	config, err := s.writeConfig(opts)
	if err != nil {
		return err
	}
	args := append([]string{
		"--config.file=" + config,
		"--storage.tsdb.path=" + s.dir.Join("data"),
		"--web.listen-address=" + s.address(),
	}, opts.Args...)
	if s.process, err = s.dir.Start(syscall.SIGKILL, opts.Path, args...); err != nil {
		return err
	}
	// Prometheus serves its API once it is ready.
	return s.process.WaitReady(ctx, func(ctx context.Context) error {
		_, err := s.api.Buildinfo(ctx)
		return err
	})
}

// writeConfig returns the path of the configuration file.
func (s *Server) writeConfig(opts Options) (string, error) {
	if opts.ConfigFile != "" {
		return opts.ConfigFile, nil
	}
	path := s.dir.Join("prometheus.yml")
	if err := os.WriteFile(path, []byte(opts.Config), 0o600); err != nil {
		return "", fmt.Errorf("writing the configuration: %w", err)
	}
	return path, nil
}

// URL returns the root of the server's web pages and API.
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
