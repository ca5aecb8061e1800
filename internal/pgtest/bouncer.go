package pgtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// BouncerOptions configure a pooler.
type BouncerOptions struct {
	// Users are the roles that may connect, with their passwords on the server. Without any, every
	// client becomes the superuser. The pooler itself requires no password.
	Users map[string]string
	// HBA are rules of authentication, as in pg_hba.conf, instead. The superuser needs no password.
	HBA string
	// Settings are added to the pooler's configuration.
	Settings map[string]string
}

// Pooler is a running PgBouncer.
type Pooler struct{ *child.Server }

// URL returns the connection string of a database. The user is a role. The database "pgbouncer" is
// the admin console.
func (p Pooler) URL(database, user string) string { return pgserver.URL(p.Address(), database, user) }

// Bouncer runs PgBouncer in front of a server until the test ends.
func Bouncer(t testing.TB, upstream *Server, options ...func(*BouncerOptions)) Pooler {
	t.Helper()
	path, err := toolbox.Path("pgbouncer")
	require.NoError(t, err)
	var opts BouncerOptions
	for _, option := range options {
		option(&opts)
	}
	server, err := child.Start(t.Context(), child.Options{
		Name: "PgBouncer", Unprivileged: true, Ready: pingBouncer,
		Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
			users := fmt.Sprintf("%q %q\n", pgserver.Superuser, "") // for the admin console
			for name, password := range opts.Users {
				users += fmt.Sprintf("%q %q\n", name, password)
			}
			if err := s.Write("users.txt", users); err != nil {
				return nil, err
			}
			if err := s.Write("hba.conf", "host all "+pgserver.Superuser+" 127.0.0.1/32 trust\n"+opts.HBA); err != nil {
				return nil, err
			}
			return []string{path, "pgbouncer.ini"}, s.Write("pgbouncer.ini", opts.ini(s, upstream))
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return Pooler{server}
}

func (opts BouncerOptions) ini(s *child.Server, upstream *Server) string {
	login, auth := " user="+pgserver.Superuser, "any"
	if len(opts.Users) > 0 {
		login, auth = "", "trust"
	}
	if opts.HBA != "" {
		auth = "hba"
	}
	settings := map[string]string{
		"listen_addr":     "127.0.0.1",
		"listen_port":     fmt.Sprint(s.Port()),
		"unix_socket_dir": s.Dir(),
		"auth_type":       auth,
		"auth_file":       "users.txt",
		"auth_hba_file":   "hba.conf",
		"admin_users":     pgserver.Superuser,
		"pool_mode":       "transaction",
	}
	maps.Copy(settings, opts.Settings)

	var ini strings.Builder
	fmt.Fprintf(&ini, "[databases]\n* = host=127.0.0.1 port=%d%s\n[pgbouncer]\n", upstream.Port(), login)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&ini, "%s = %s\n", name, settings[name])
	}
	return ini.String()
}

// pingBouncer connects to the admin console, which works without the server as well.
func pingBouncer(ctx context.Context, s *child.Server) error {
	config, err := pgx.ParseConfig(Pooler{s}.URL("pgbouncer", pgserver.Superuser))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	// The admin console does not support prepared statements.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return conn.Close(ctx)
}
