// Package pgserver runs throwaway Postgres clusters for tests and the demo.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/child"
)

// Superuser may connect without a password; every other role needs one.
const Superuser = "postgres"

// Options configure a cluster.
type Options struct {
	// BinDir is the directory of initdb and postgres; package toolbox finds it.
	BinDir string
	// Dir holds the server's files and is kept by Close. A later server in it reuses the cluster.
	// Its path must be short enough for a Unix socket. The default is a temporary directory in
	// TempDir, or in the system's directory for these.
	Dir, TempDir string
	// Templates is a directory that caches new clusters, so that later servers copy one instead of
	// running initdb. An empty path disables the cache.
	Templates string
	// Checksums enables page checksums, which initdb does by default only since Postgres 18.
	Checksums bool
	// Private lets the superuser connect through the socket in the server's directory only, which
	// no other user can open, and not over TCP.
	Private bool
	// Settings override the defaults in config.go.
	Settings map[string]string
}

// Server is a Postgres cluster.
type Server struct {
	*child.Server
	major   int
	private bool
}

// Shutdown modes for Stop: Smart waits until clients disconnect, Fast rolls back their
// transactions, and Immediate skips the checkpoint, so that the next start recovers as after a
// crash.
const (
	Smart     = syscall.SIGTERM
	Fast      = syscall.SIGINT
	Immediate = syscall.SIGQUIT
)

// Start creates a cluster and runs it until Close or until this program ends. It returns when the
// server accepts connections.
func Start(ctx context.Context, opts Options) (*Server, error) {
	s := &Server{private: opts.Private}
	var err error
	s.Server, err = child.Start(ctx, child.Options{
		Name: "Postgres", Dir: opts.Dir, TempDir: opts.TempDir, Unprivileged: true, StopSignal: Fast,
		ParentDeath: Immediate, // the postmaster ends its backends and frees its shared memory
		Prepare: func(ctx context.Context, server *child.Server) ([]string, error) {
			s.Server = server
			return s.prepare(ctx, opts)
		},
		Ready: func(ctx context.Context, _ *child.Server) error {
			conn, err := pgx.Connect(ctx, s.URL("postgres", Superuser))
			if err != nil {
				return fmt.Errorf("connecting: %w", err)
			}
			return conn.Close(ctx)
		},
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// prepare creates the data directory, unless it exists, and writes the settings. It returns the
// command line.
func (s *Server) prepare(ctx context.Context, opts Options) ([]string, error) {
	if opts.BinDir == "" {
		return nil, errors.New("BinDir is not set; hint: use the directory that toolbox.AnyPostgres returns")
	}
	version, err := os.ReadFile(s.Join("data/PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		if err := s.createData(ctx, opts); err != nil {
			return nil, err
		}
		version, err = os.ReadFile(s.Join("data/PG_VERSION"))
	}
	if err == nil {
		s.major, err = strconv.Atoi(strings.TrimSpace(string(version)))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the cluster's version: %w", err)
	}
	return []string{filepath.Join(opts.BinDir, "postgres"), "-D", s.Join("data")}, s.configure(opts)
}

// Restart stops the server in mode Fast and starts it.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Stop(ctx, Fast); err != nil {
		return err
	}
	return s.Start(ctx)
}

// Major returns the major version of the server, such as 17.
func (s *Server) Major() int { return s.major }

// URL returns the address of a database over TCP, or through the socket for the superuser of a
// private server. The user is a role, or role:password.
func (s *Server) URL(database, user string) string {
	if s.private && user == Superuser {
		query := url.Values{"host": {s.Dir()}, "port": {strconv.Itoa(s.Port())}}
		return "postgres://" + Superuser + "@/" + database + "?" + query.Encode()
	}
	return URL(s.Address(), database, user)
}

// URL returns the connection string of a database at an address. The user is a role, or
// role:password.
func URL(address, database, user string) string {
	u := url.URL{Scheme: "postgres", Host: address, Path: "/" + database, RawQuery: "sslmode=disable"}
	name, password, ok := strings.Cut(user, ":")
	u.User = url.User(name)
	if ok {
		u.User = url.UserPassword(name, password)
	}
	return u.String()
}
