// Package promserver runs a throwaway Prometheus, for tests and for the demo.
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

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

// Options says which Prometheus to run, and on what configuration.
type Options struct {
	// Path of the prometheus program; package toolbox finds it.
	Path string
	// Config is the text of a configuration; relative paths in it start at the server's own directory.
	Config string
	// ConfigFile is used instead of Config when it is set; relative paths in it start at its directory.
	ConfigFile string
	// Dir is for this server alone and outlives Close. The default is a temporary directory, which does not.
	Dir string
	// Port on 127.0.0.1; 0 takes a free one.
	Port int
	// Args are added to the command line.
	Args []string
}

// Server is a running Prometheus.
type Server struct {
	home    *child.Home
	process *child.Process
	port    int
}

// Start runs Prometheus until Close, or until this program ends in whatever way, and waits until it is ready.
func Start(ctx context.Context, opts Options) (*Server, error) {
	home, err := child.NewHome(opts.Dir, "prometheus")
	if err != nil {
		return nil, fmt.Errorf("starting Prometheus: %w", err)
	}
	s := &Server{home: home, port: opts.Port}
	if err := s.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Prometheus: %w", err), s.Close()) //nolint:contextcheck // a cancelled start has to tidy up too
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
	config, err := s.configure(opts)
	if err != nil {
		return err
	}
	args := append([]string{
		"--config.file=" + config,
		"--storage.tsdb.path=" + s.home.Join("data"),
		"--web.listen-address=" + s.address(),
	}, opts.Args...)
	if s.process, err = s.home.Start(syscall.SIGKILL, opts.Path, args...); err != nil {
		return err
	}
	return s.process.Await(ctx, s.ready)
}

// configure is the path of a configuration that the server may read.
func (s *Server) configure(opts Options) (string, error) {
	if opts.ConfigFile != "" {
		return opts.ConfigFile, nil
	}
	path := s.home.Join("prometheus.yml")
	if err := os.WriteFile(path, []byte(opts.Config), 0o600); err != nil {
		return "", fmt.Errorf("configuring: %w", err)
	}
	return path, nil
}

// URL is the root of the server's web pages and API.
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

func (s *Server) get(ctx context.Context, path string) ([]byte, error) {
	return Get(ctx, s.URL()+path)
}
