package database_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestReasonsAndHintsOfFailedConnections(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE reader LOGIN PASSWORD 'x'; ALTER ROLE reader SET default_transaction_read_only = on")
	tls := strings.ReplaceAll(s.URL("postgres", "reader:x"), "sslmode=disable", "sslmode=require")
	for name, test := range map[string]struct {
		config database.Config
		reason failure.Reason
		text   string
	}{
		"read-only role":     {database.Config{URL: s.URL("postgres", "reader:x") + "&target_session_attrs=read-write"}, failure.Invalid, "hint: use target_session_attrs=primary"},
		"server without TLS": {database.Config{URL: tls}, failure.Invalid, "hint: the server does not offer TLS"},
		"channel binding":    {database.Config{URL: s.URL("postgres", "reader:x") + "&channel_binding=require"}, failure.Invalid, "hint: channel_binding=require"},
		"wrong password":     {database.Config{URL: s.URL("postgres", "reader:y")}, failure.Authentication, "password authentication failed"},
		"no password file":   {database.Config{URL: s.URL("postgres", "reader"), PasswordFile: filepath.Join(t.TempDir(), "nowhere")}, failure.Invalid, "reading --database.password-file"},
		"no such role":       {database.Config{URL: strings.ReplaceAll(s.URL("postgres", "missing:x"), "sslmode=disable", "sslmode=prefer")}, failure.Authentication, "password authentication failed"},
	} {
		t.Run(name, func(t *testing.T) {
			test.config.Timeout = 5 * time.Second
			db, err := database.Open(test.config.Primary(), "test")
			if err == nil {
				defer db.Close()
				_, err = queryText(t, db, "SELECT 'x'")
			}
			require.Equal(t, test.reason, database.Reason(err), "%v", err)
			require.ErrorContains(t, err, test.text)
			lines := strings.Split(err.Error(), "\n")
			require.LessOrEqual(t, len(lines), 2, "the text, and that of its query: %q", lines)
			require.Equal(t, 1, strings.Count(lines[0], test.text), lines[0])
		})
	}
}

// cleartextServer accepts a connection, requests the password in clear text, and returns the next
// message, if there is one.
func cleartextServer(t *testing.T) (address string, received chan pgproto3.FrontendMessage) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	received = make(chan pgproto3.FrontendMessage, 10)
	go func() {
		defer close(received)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		backend := pgproto3.NewBackend(conn, conn)
		if _, err := backend.ReceiveStartupMessage(); err != nil {
			return
		}
		backend.Send(&pgproto3.AuthenticationCleartextPassword{})
		if backend.Flush() != nil || backend.SetAuthType(pgproto3.AuthTypeCleartextPassword) != nil {
			return
		}
		if message, err := backend.Receive(); err == nil {
			received <- message
		}
	}()
	return listener.Addr().String(), received
}

func TestPasswordIsNotSentInClearText(t *testing.T) {
	address, received := cleartextServer(t)
	db := open(t, database.Config{URL: "postgres://u:canary@" + address + "/d?sslmode=disable"})
	_, err := queryText(t, db, "SELECT 'x'")
	require.Equal(t, failure.Invalid, database.Reason(err))
	require.ErrorContains(t, err, "hint: the server requested the password")
	require.Empty(t, received)
}

func TestCutConnectionIsUnreachable(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	db := open(t, database.Config{URL: "postgres://u@" + listener.Addr().String() + "/d?sslmode=disable"})
	_, err = queryText(t, db, "SELECT 'x'")
	require.Equal(t, failure.Unreachable, database.Reason(err), "%v", err)
}

func TestReasonsOfServerErrors(t *testing.T) {
	for state, want := range map[string]failure.Reason{
		"53100": database.ReasonDiskFull, "53300": database.ReasonTooManyConnections, "55P03": failure.Locked,
		"57P01": failure.Unreachable, "58030": failure.Internal,
	} {
		require.Equal(t, want, database.Reason(&pgconn.PgError{Code: state}), state)
	}
}

func TestDroppedRoleIsAnAuthenticationFailure(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE reader LOGIN PASSWORD 'x'")
	db := open(t, database.Config{URL: s.URL("postgres", "reader:x")})
	sql := "SELECT pg_has_role('pg_monitor', 'USAGE')::text || quote_ident(current_user)"
	_, err := queryText(t, db, sql)
	require.NoError(t, err)
	s.Exec(t, "postgres", "DROP ROLE reader")
	for range 2 {
		_, err = queryText(t, db, sql)
		require.Equal(t, failure.Authentication, database.Reason(err), "%v", err)
	}
}
