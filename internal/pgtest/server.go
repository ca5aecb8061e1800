// Package pgtest runs Postgres servers and PgBouncer poolers for tests. A test fails when a server
// is not installed, with a hint how to install it.
package pgtest

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// Server is a Postgres cluster that runs until its test ends.
type Server struct {
	*pgserver.Server
	databases atomic.Int64
}

// Option changes the options of a Server.
type Option func(*pgserver.Options)

// Setting sets a parameter of postgresql.conf.
func Setting(name, value string) Option {
	return func(opts *pgserver.Options) {
		if opts.Settings == nil {
			opts.Settings = map[string]string{}
		}
		opts.Settings[name] = value
	}
}

// Start runs a server of a major version.
func Start(t testing.TB, major int, options ...Option) *Server {
	t.Helper()
	binDir, err := toolbox.Postgres(major)
	require.NoError(t, err)
	opts := pgserver.Options{BinDir: binDir, TempDir: memoryDir()}
	opts.Templates = filepath.Dir(filepath.Dir(binDir)) // the directory of the tools
	for _, option := range options {
		option(&opts)
	}
	server, err := pgserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return &Server{Server: server}
}

// memoryDir returns a directory in memory, or "" if it has little room. Servers of tests live for
// seconds, and their thousand files cost several times as much on a disk.
func memoryDir() string {
	const dir, enough = "/dev/shm", 3 << 30 // bytes
	var free syscall.Statfs_t
	if err := syscall.Statfs(dir, &free); err != nil || free.Bavail*uint64(free.Bsize) < enough { //nolint:gosec // not negative
		return ""
	}
	return dir
}

// Newest runs a server of the newest supported major version.
func Newest(t testing.TB, options ...Option) *Server {
	t.Helper()
	majors := majors(t)
	return Start(t, majors[len(majors)-1], options...)
}

// EachMajor runs a subtest with a server of each supported major version. Two of them run in
// parallel.
func EachMajor(t *testing.T, test func(t *testing.T, s *Server), options ...Option) {
	t.Helper()
	const parallel = 2
	slots := make(chan struct{}, parallel)
	for _, major := range majors(t) {
		t.Run(strconv.Itoa(major), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			// Cleanups run last in, first out: the server stops before the slot is free.
			t.Cleanup(func() { <-slots })
			test(t, Start(t, major, options...))
		})
	}
}

func majors(t testing.TB) []int {
	t.Helper()
	majors, err := toolbox.Majors()
	require.NoError(t, err)
	return majors
}

// Conn returns a superuser's connection to a database, which is closed when the test ends.
func (s *Server) Conn(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(database, pgserver.Superuser))
	require.NoError(t, err)
	// The test's context is done when cleanups run.
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// Exec runs statements as superuser on a new connection. Several statements run in one transaction.
func (s *Server) Exec(t testing.TB, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(database, pgserver.Superuser))
	require.NoError(t, err)
	_, err = conn.PgConn().Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err, sql)
	require.NoError(t, conn.Close(t.Context()))
}

// CreateDatabase creates an empty database and returns its name.
func (s *Server) CreateDatabase(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.databases.Add(1))
	s.Exec(t, "postgres", "CREATE DATABASE "+name)
	return name
}
