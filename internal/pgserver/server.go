// Package pgserver runs throwaway Postgres clusters and PgBouncer poolers for tests and the demo.
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

// Options configure a cluster.
type Options struct {
	// BinDir is the directory of initdb and postgres; package toolbox finds it.
	BinDir string
	// Dir holds the server's files and is kept by Close. A later server in it reuses the cluster.
	// Its path must be short enough for a Unix socket. The default is a temporary directory.
	Dir string
	// Port on 127.0.0.1; 0 picks a free one, which restarts keep.
	Port int
	// Templates is a directory that caches new clusters, so that later servers copy one instead of
	// running initdb. An empty path disables the cache.
	Templates string
	// Private lets the superuser connect through the socket in the server's directory only, which no other user can
	// open, and not over TCP.
	Private bool
	// Settings override the defaults in config.go.
	Settings map[string]string
}

// Server is a Postgres cluster. Its methods are for one goroutine at a time.
type Server struct {
	dir     *child.Dir
	process *child.Process
	binDir  string
	private bool
	port    int
	major   int
}

// StopMode is a shutdown mode of Postgres.
type StopMode syscall.Signal

// Smart waits until clients disconnect, Fast rolls back their transactions, and Immediate skips the
// checkpoint.
const (
	Smart     = StopMode(syscall.SIGTERM)
	Fast      = StopMode(syscall.SIGINT)
	Immediate = StopMode(syscall.SIGQUIT)
)

// Start creates a cluster and runs it until Close or until this program ends. It returns when the
// server accepts connections.
func Start(ctx context.Context, opts Options) (*Server, error) {
	dir, err := child.NewDir(opts.Dir, "postgres")
	if err != nil {
		return nil, fmt.Errorf("starting Postgres: %w", err)
	}
	s := &Server{dir: dir, binDir: opts.BinDir, private: opts.Private}
	if err := s.prepare(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("creating a Postgres cluster: %w", err), dir.Remove())
	}
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, s.Close()) //nolint:contextcheck // cleanup after a canceled start
	}
	return s, nil
}

// Start runs a stopped server again, on the same port, and waits until it accepts connections.
func (s *Server) Start(ctx context.Context) error {
	// On SIGQUIT the postmaster ends its backends and frees its shared memory.
	process, err := s.dir.Start(syscall.SIGQUIT, filepath.Join(s.binDir, "postgres"), "-D", s.dataDir())
	if err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	s.process = process
	if err := process.WaitReady(ctx, s.ping); err != nil {
		return fmt.Errorf("starting Postgres: %w", err)
	}
	return nil
}

// Stop stops the server and keeps its data. Start runs it again.
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

// Restart stops the server in mode Fast and starts it.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(ctx, Fast); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Kill kills the server and its backends. The next Start runs crash recovery.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.Kill()
		s.process = nil
	}
}

// Close stops the server and removes its temporary directory.
func (s *Server) Close() error {
	const timeout = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return errors.Join(s.Stop(ctx, Fast), s.dir.Remove())
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

// Port returns the server's port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// Major returns the major version of the server, such as 17.
func (s *Server) Major() int { return s.major }

// SocketDir returns the directory of the server's Unix socket, for the host of a connection string.
func (s *Server) SocketDir() string { return s.dir.Path }

// Pid returns the process ID of the postmaster, or 0 when the server is stopped.
func (s *Server) Pid() int {
	if s.process == nil {
		return 0
	}
	return s.process.Pid()
}

// Log returns the server's log.
func (s *Server) Log() string { return s.dir.Log() }

func (s *Server) dataDir() string { return s.dir.Join("data") }

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
