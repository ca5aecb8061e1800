// Package pgtest gives tests real Postgres servers and poolers. One that is not installed fails the test and says how
// to install it; nothing is skipped.
package pgtest

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// Server is a Postgres cluster that ends with its test.
type Server struct {
	*pgserver.Server
	databases atomic.Int64
}

// Option changes how a Server is started.
type Option func(*pgserver.Options)

// Setting is a line of postgresql.conf.
func Setting(name, value string) Option {
	return func(opts *pgserver.Options) {
		if opts.Settings == nil {
			opts.Settings = map[string]string{}
		}
		opts.Settings[name] = value
	}
}

// Start runs a server of one major version.
func Start(t testing.TB, major int, options ...Option) *Server {
	t.Helper()
	binDir, err := toolbox.Postgres(major)
	require.NoError(t, err)
	opts := pgserver.Options{BinDir: binDir, Templates: toolbox.CacheDir()}
	for _, option := range options {
		option(&opts)
	}
	server, err := pgserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return &Server{Server: server}
}

// Newest runs a server of the newest major version.
func Newest(t testing.TB, options ...Option) *Server {
	t.Helper()
	majors := majors(t)
	return Start(t, majors[len(majors)-1], options...)
}

// EachMajor runs a subtest for each major version, named after it, with a server of its own. Two run at a time.
func EachMajor(t *testing.T, test func(t *testing.T, s *Server), options ...Option) {
	t.Helper()
	const atATime = 2
	turns := make(chan struct{}, atATime)
	for _, major := range majors(t) {
		t.Run(strconv.Itoa(major), func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			// Cleanups run last in, first out: the turn ends after the server has.
			t.Cleanup(func() { <-turns })
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

// Conn is a superuser's connection to a database, closed when the test ends.
func (s *Server) Conn(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(database, pgserver.Superuser))
	require.NoError(t, err)
	// The test's own context is done by the time that cleanups run.
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// Exec runs statements as superuser on a connection of their own. Several make one transaction.
func (s *Server) Exec(t testing.TB, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(database, pgserver.Superuser))
	require.NoError(t, err)
	_, err = conn.PgConn().Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err, sql)
	require.NoError(t, conn.Close(t.Context()))
}

// CreateDatabase creates an empty database of a new name.
func (s *Server) CreateDatabase(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.databases.Add(1))
	s.Exec(t, "postgres", "CREATE DATABASE "+name)
	return name
}
