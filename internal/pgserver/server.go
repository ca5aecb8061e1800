// Package pgserver runs throwaway Postgres clusters and poolers, for tests and for the demo.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/internal/child"
)

// Superuser may connect without a password; every other role needs one.
const Superuser = "postgres"

// Options says which cluster to run and where.
type Options struct {
	// BinDir holds initdb and postgres; package toolbox finds it.
	BinDir string
	// Dir is for this server alone and outlives Close; a cluster that is in it is used again. Its path must be short
	// enough for a socket in it. The default is a temporary directory, which does not outlive Close.
	Dir string
	// Port on 127.0.0.1; 0 takes a free one and keeps it over restarts.
	Port int
	// Templates is a directory that keeps fresh clusters to copy for the next server of the same BinDir; "" keeps none.
	Templates string
	// Private lets the superuser connect through the socket in the server's directory only, which no other user can
	// open, and not over TCP.
	Private bool
	// Settings override those in config.go.
	Settings map[string]string
}

// Server is a Postgres cluster. Its methods are for one goroutine at a time.
type Server struct {
	home    *child.Home
	process *child.Process
	binDir  string
	private bool
	port    int
	major   int
}

// StopMode is how much a stop leaves to be finished, as pg_ctl names it.
type StopMode syscall.Signal

// The modes: wait for clients to leave, roll their transactions back, or do not even write a checkpoint.
const (
	Smart     = StopMode(syscall.SIGTERM)
	Fast      = StopMode(syscall.SIGINT)
	Immediate = StopMode(syscall.SIGQUIT)
)

// Start creates a cluster and runs it until Close, or until this program ends in whatever way.
func Start(ctx context.Context, opts Options) (*Server, error) {
	home, err := child.NewHome(opts.Dir, "postgres")
	if err != nil {
		return nil, fmt.Errorf("starting Postgres: %w", err)
	}
	s := &Server{home: home, binDir: opts.BinDir, private: opts.Private}
	if err := s.prepare(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("creating a Postgres cluster: %w", err), home.Remove())
	}
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, s.Close()) //nolint:contextcheck // a cancelled start has to tidy up too
	}
	return s, nil
}

// Start runs a stopped server again, on the same port, and waits until it accepts connections.
func (s *Server) Start(ctx context.Context) error {
	// Told to quit, an orphaned postmaster takes its backends and its shared memory with it.
	process, err := s.home.Start(syscall.SIGQUIT, filepath.Join(s.binDir, "postgres"), "-D", s.dataDir())
	if err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	s.process = process
	if err := process.Await(ctx, s.ping); err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	return nil
}

// Stop stops the server and keeps its data.
func (s *Server) Stop(ctx context.Context, mode StopMode) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Stop(ctx, syscall.Signal(mode)); err != nil {
		return fmt.Errorf("stopping Postgres: %w", err)
	}
	s.process = nil
	return nil
}

// Restart is a fast stop and a start.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(ctx, Fast); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Kill ends the server and its backends with no chance to tidy up, as a crash does. Start recovers.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.Kill()
		s.process = nil
	}
}

// Close stops the server and removes its temporary directory.
func (s *Server) Close() error {
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return errors.Join(s.Stop(ctx, Fast), s.home.Remove())
}

// URL returns the address of a database over TCP, or through the socket for the superuser of a private server. The
// user is a role, or role:password.
func (s *Server) URL(database, user string) string {
	if s.private && user == Superuser {
		query := url.Values{"host": {s.SocketDir()}, "port": {strconv.Itoa(s.port)}}
		return "postgres://" + Superuser + "@/" + database + "?" + query.Encode()
	}
	return connURL(s.port, database, user)
}

// Port is where the server listens on 127.0.0.1, as long as it lives.
func (s *Server) Port() int { return s.port }

// Major is the version of the server, such as 17.
func (s *Server) Major() int { return s.major }

// SocketDir holds the server's unix socket, for a connection string's host.
func (s *Server) SocketDir() string { return s.home.Path }

// Pid is the process id of the running postmaster, 0 when it is stopped.
func (s *Server) Pid() int {
	if s.process == nil {
		return 0
	}
	return s.process.Pid()
}

// Log is what the server has logged so far.
func (s *Server) Log() string { return s.home.Log() }

func (s *Server) dataDir() string { return s.home.Join("data") }

func connURL(port int, database, user string) string {
	u := url.URL{
		Scheme:   "postgres",
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	name, password, ok := strings.Cut(user, ":")
	u.User = url.User(name)
	if ok {
		u.User = url.UserPassword(name, password)
	}
	return u.String()
}
