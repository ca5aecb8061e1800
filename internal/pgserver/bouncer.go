package pgserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

// BouncerOptions configure a pooler.
type BouncerOptions struct {
	// Path to the pgbouncer binary; package toolbox finds it.
	Path string
	// Upstream is the pooled server.
	Upstream *Server
	// PoolMode is session, transaction (the default) or statement.
	PoolMode string
	// Users are the roles that may connect, with their passwords on the server. Without any, every
	// client becomes the superuser. The pooler itself requires no password.
	Users map[string]string
	// Settings are added to the pooler's configuration.
	Settings map[string]string
}

// Bouncer is a running PgBouncer.
type Bouncer struct {
	dir     *child.Dir
	process *child.Process
	port    int
}

// StartBouncer runs PgBouncer in front of a server and returns when it accepts connections. It runs
// until Close or until this program ends. The database "pgbouncer" is its admin console.
func StartBouncer(ctx context.Context, opts BouncerOptions) (*Bouncer, error) {
	dir, err := child.NewDir("", "pgbouncer")
	if err != nil {
		return nil, fmt.Errorf("starting PgBouncer: %w", err)
	}
	b := &Bouncer{dir: dir}
	if err := b.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting PgBouncer: %w", err), b.Close()) //nolint:contextcheck // cleanup after a canceled start
	}
	return b, nil
}

func (b *Bouncer) start(ctx context.Context, opts BouncerOptions) error {
	err := b.dir.DropRoot()
	if err != nil {
		return err
	}
	if b.port, err = freeport.Pick(ctx); err != nil {
		return err
	}
	if err := b.configure(opts); err != nil {
		return err
	}
	if b.process, err = b.dir.Start(syscall.SIGKILL, opts.Path, b.dir.Join("pgbouncer.ini")); err != nil {
		return err
	}
	return b.process.WaitReady(ctx, b.ping)
}

func (b *Bouncer) configure(opts BouncerOptions) error {
	files := map[string]string{"pgbouncer.ini": b.ini(opts), "users.txt": userList(opts.Users)}
	for name, text := range files {
		if err := os.WriteFile(b.dir.Join(name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing the configuration: %w", err)
		}
	}
	return b.dir.Chown()
}

func (b *Bouncer) ini(opts BouncerOptions) string {
	login, auth := " user="+Superuser, "any"
	if len(opts.Users) > 0 {
		login, auth = "", "trust"
	}
	settings := map[string]string{
		"listen_addr":     "127.0.0.1",
		"listen_port":     strconv.Itoa(b.port),
		"unix_socket_dir": b.dir.Path,
		"auth_type":       auth,
		"auth_file":       b.dir.Join("users.txt"),
		"admin_users":     Superuser,
		"pool_mode":       cmp.Or(opts.PoolMode, "transaction"),
	}
	maps.Copy(settings, opts.Settings)

	var ini strings.Builder
	fmt.Fprintf(&ini, "[databases]\n* = host=127.0.0.1 port=%d%s\n[pgbouncer]\n", opts.Upstream.Port(), login)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&ini, "%s = %s\n", name, settings[name])
	}
	return ini.String()
}

// userList returns PgBouncer's auth_file. It includes the superuser, who may use the admin console.
func userList(users map[string]string) string {
	list := fmt.Sprintf("%q %q\n", Superuser, "")
	for _, name := range slices.Sorted(maps.Keys(users)) {
		list += fmt.Sprintf("%q %q\n", name, users[name])
	}
	return list
}

// URL returns the connection string of a database. The user is a role, or role:password.
func (b *Bouncer) URL(database, user string) string { return connURL(b.port, database, user) }

// Log returns the pooler's log.
func (b *Bouncer) Log() string { return b.dir.Log() }

// Close stops the pooler and removes its directory.
func (b *Bouncer) Close() error {
	const timeout = 10 * time.Second
	return b.dir.Close(b.process, syscall.SIGTERM, timeout)
}

// ping connects to the admin console, which works without the server as well.
func (b *Bouncer) ping(ctx context.Context) error {
	config, err := pgx.ParseConfig(b.URL("pgbouncer", Superuser))
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
