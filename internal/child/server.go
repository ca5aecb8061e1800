// Package child runs servers that end together with the program that started them, even when that
// program is killed.
//
// Each server has a directory for its data, configuration and log, and a port on 127.0.0.1. On
// Linux the kernel signals the server when its parent dies; elsewhere a killed parent leaves its
// servers running.
package child

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/internal/freeport"
)

// Options configure a server.
type Options struct {
	// Name of the program, for errors and the name of a temporary directory.
	Name string
	// Dir holds the server's files and is kept by Close. The default is a temporary directory in
	// TempDir, or in the system's directory for these.
	Dir, TempDir string
	// Port on 127.0.0.1; 0 picks a free one, which restarts keep.
	Port int
	// Unprivileged runs the server as an unprivileged user where this program runs as root.
	// Postgres and PgBouncer refuse to run as root.
	Unprivileged bool
	// StopSignal ends the server; the default is SIGTERM.
	StopSignal syscall.Signal
	// ParentDeath is the signal for the parent's death; the default is SIGKILL.
	ParentDeath syscall.Signal
	// Prepare writes the server's files and returns its command line.
	Prepare func(ctx context.Context, s *Server) (command []string, err error)
	// Ready returns nil once the server handles requests.
	Ready func(ctx context.Context, s *Server) error
	// Env is added to this program's environment, as NAME=value.
	Env []string
}

// Server is a program with its directory and port. Its methods are for one goroutine at a time.
type Server struct {
	opts       Options
	dir        string // absolute
	port       int
	credential *syscall.Credential // nil for this program's own user
	log        *os.File
	command    []string
	process    *process // nil when the server is stopped
}

// Start prepares and runs a server until Close or until this program ends. It returns when the
// server is ready.
func Start(ctx context.Context, opts Options) (*Server, error) {
	s := &Server{opts: opts, port: opts.Port}
	err := s.prepare(ctx)
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", opts.Name, err), s.Close()) //nolint:contextcheck // cleanup after a canceled start
	}
	return s, nil
}

func (s *Server) prepare(ctx context.Context) (err error) {
	if err := s.createDir(); err != nil {
		return err
	}
	if s.port == 0 {
		if s.port, err = freeport.Pick(ctx); err != nil {
			return err
		}
	}
	if s.opts.Unprivileged {
		if s.credential, err = unprivileged(); err != nil {
			return err
		}
	}
	if err := s.chown(); err != nil {
		return err
	}
	if s.command, err = s.opts.Prepare(ctx, s); err != nil {
		return err
	}
	return s.chown()
}

// createDir creates the directory with its log.
func (s *Server) createDir() (err error) {
	if s.opts.Dir == "" {
		s.dir, err = os.MkdirTemp(s.opts.TempDir, strings.ToLower(s.opts.Name)+"-")
	} else if err = os.MkdirAll(s.opts.Dir, 0o750); err == nil {
		s.dir, err = filepath.Abs(s.opts.Dir)
	}
	if err != nil {
		return err
	}
	s.log, err = os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return err
}

// Start runs a stopped server again, on the same port, and waits until it is ready.
func (s *Server) Start(ctx context.Context) (err error) {
	if s.process, err = s.start(); err != nil { //nolint:contextcheck // the program outlives ctx
		return err
	}
	return s.waitReady(ctx)
}

// Stop sends a signal and waits until the program has ended. It kills the program when ctx is done
// first. Start runs the server again.
func (s *Server) Stop(ctx context.Context, signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	stopped := s.process
	s.process = nil
	if err := stopped.end(ctx, signal); err != nil {
		return fmt.Errorf("stopping %s: %w%s", s.opts.Name, err, s.logTail())
	}
	return nil
}

// Close stops the server and removes a temporary directory. A server that has not ended after 20
// seconds is killed.
func (s *Server) Close() error {
	const timeout = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	err := s.Stop(ctx, cmp.Or(s.opts.StopSignal, syscall.SIGTERM))
	_ = s.log.Close() // the server's descriptor was another one
	if s.opts.Dir == "" && s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

// Dir returns the absolute path of the server's directory.
func (s *Server) Dir() string { return s.dir }

// Join returns a path inside the server's directory.
func (s *Server) Join(name string) string { return filepath.Join(s.dir, name) }

// Port returns the server's port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// Address returns the server's address as host:port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL returns the root of the server's web pages and API.
func (s *Server) URL() string { return "http://" + s.Address() }

// Pid returns the process ID, or 0 when the server is stopped.
func (s *Server) Pid() int {
	if s.process == nil {
		return 0
	}
	return s.process.cmd.Process.Pid
}

// Log returns the output of all programs that ran in the server's directory.
func (s *Server) Log() string {
	text, err := os.ReadFile(s.logPath())
	if err != nil {
		return fmt.Sprintf("reading the log: %v", err)
	}
	return string(text)
}

func (s *Server) logPath() string { return s.Join("server.log") }

// logTail returns the end of the log, formatted for an error message.
func (s *Server) logTail() string {
	const tail = 15 // lines
	lines := strings.Split(strings.TrimSpace(s.Log()), "\n")
	return "; end of the log:\n" + strings.Join(lines[max(0, len(lines)-tail):], "\n")
}
