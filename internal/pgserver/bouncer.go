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

// BouncerOptions says how to pool connections to a Server.
type BouncerOptions struct {
	// Path of the pgbouncer program; package toolbox finds it.
	Path string
	// Upstream is the server behind the pooler.
	Upstream *Server
	// PoolMode is session, transaction (the default) or statement.
	PoolMode string
	// Users are the roles and passwords to log in to the server with. Without any, whoever connects becomes the
	// superuser. Nobody is asked for a password at the pooler.
	Users map[string]string
	// Settings are added to the pooler's configuration.
	Settings map[string]string
}

// Bouncer is a running PgBouncer.
type Bouncer struct {
	home    *child.Home
	process *child.Process
	port    int
}

// StartBouncer runs PgBouncer in front of a server until Close, or until this program ends in whatever way. Its
// console is the database "pgbouncer".
func StartBouncer(ctx context.Context, opts BouncerOptions) (*Bouncer, error) {
	home, err := child.NewHome("", "pgbouncer")
	if err != nil {
		return nil, fmt.Errorf("starting PgBouncer: %w", err)
	}
	b := &Bouncer{home: home}
	if err := b.start(ctx, opts); err != nil {
		return nil, errors.Join(fmt.Errorf("starting PgBouncer: %w", err), b.Close()) //nolint:contextcheck // a cancelled start has to tidy up too
	}
	return b, nil
}

func (b *Bouncer) start(ctx context.Context, opts BouncerOptions) error {
	err := b.home.DropRoot()
	if err != nil {
		return err
	}
	if b.port, err = freeport.Pick(ctx); err != nil {
		return err
	}
	if err := b.configure(opts); err != nil {
		return err
	}
	if b.process, err = b.home.Start(syscall.SIGKILL, opts.Path, b.home.Join("pgbouncer.ini")); err != nil {
		return err
	}
	return b.process.Await(ctx, b.ping)
}

func (b *Bouncer) configure(opts BouncerOptions) error {
	files := map[string]string{"pgbouncer.ini": b.ini(opts), "users.txt": userList(opts.Users)}
	for name, text := range files {
		if err := os.WriteFile(b.home.Join(name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("configuring: %w", err)
		}
	}
	return b.home.Hand()
}

func (b *Bouncer) ini(opts BouncerOptions) string {
	login, auth := " user="+Superuser, "any"
	if len(opts.Users) > 0 {
		login, auth = "", "trust"
	}
	settings := map[string]string{
		"listen_addr":     "127.0.0.1",
		"listen_port":     strconv.Itoa(b.port),
		"unix_socket_dir": b.home.Path,
		"auth_type":       auth,
		"auth_file":       b.home.Join("users.txt"),
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

// userList is PgBouncer's auth_file. The superuser is in it for the console.
func userList(users map[string]string) string {
	list := fmt.Sprintf("%q %q\n", Superuser, "")
	for _, name := range slices.Sorted(maps.Keys(users)) {
		list += fmt.Sprintf("%q %q\n", name, users[name])
	}
	return list
}

// URL connects to a database through the pooler. The user is a role, or role:password.
func (b *Bouncer) URL(database, user string) string { return connURL(b.port, database, user) }

// Log is what the pooler has logged so far.
func (b *Bouncer) Log() string { return b.home.Log() }

// Close stops the pooler at once and removes its directory.
func (b *Bouncer) Close() error {
	const patience = 10 * time.Second
	return b.home.End(b.process, syscall.SIGTERM, patience)
}

// ping asks the console, which answers whether or not the server behind it does.
func (b *Bouncer) ping(ctx context.Context) error {
	config, err := pgx.ParseConfig(b.URL("pgbouncer", Superuser))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	// The console has no prepared statements.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return conn.Close(ctx)
}
