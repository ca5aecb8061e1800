package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/freeport"
)

// hba lets the superuser in without a password, over TCP unless the cluster is private. Other roles need their
// password, as in production.
func hba(private bool) string {
	rules := "local all postgres trust\n"
	if !private {
		rules += "host all postgres 127.0.0.1/32 trust\n"
	}
	return rules + "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
}

// prepare creates the data directory, unless it exists, and writes the settings.
func (s *Server) prepare(ctx context.Context, opts Options) error {
	if opts.BinDir == "" {
		return errors.New("BinDir is not set; hint: use the directory that toolbox.AnyPostgres returns")
	}
	err := s.dir.DropRoot()
	if err != nil {
		return err
	}
	if s.port = opts.Port; s.port == 0 {
		if s.port, err = freeport.Pick(ctx); err != nil {
			return err
		}
	}
	_, err = os.Stat(filepath.Join(s.dataDir(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		err = s.createData(ctx, opts.Templates)
	}
	if err != nil {
		return err
	}
	if s.major, err = s.readMajor(); err != nil {
		return err
	}
	return s.configure(opts.Settings)
}

func (s *Server) readMajor() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.dataDir(), "PG_VERSION"))
	if err != nil {
		return 0, fmt.Errorf("reading the cluster's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("reading the cluster's version: %w", err)
	}
	return major, nil
}

// configure replaces the configuration files that initdb wrote. Settings of ALTER SYSTEM are in
// another file and stay.
func (s *Server) configure(settings map[string]string) error {
	all := s.defaults()
	maps.Copy(all, settings)
	var conf strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&conf, "%s = '%s'\n", name, strings.ReplaceAll(all[name], "'", "''"))
	}
	for name, text := range map[string]string{"postgresql.conf": conf.String(), "pg_hba.conf": hba(s.private)} {
		if err := os.WriteFile(filepath.Join(s.dataDir(), name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing the configuration: %w", err)
		}
	}
	return s.dir.Chown()
}

func (s *Server) defaults() map[string]string {
	return map[string]string{ //nolint:gosec // password_encryption is no password
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": s.dir.Path,
		"max_connections":         "100",
		"shared_buffers":          "16MB",
		"password_encryption":     "scram-sha-256", // the default of Postgres 13 is md5
		"timezone":                "UTC",
		"log_timezone":            "UTC",

		// The exporter measures these.
		"shared_preload_libraries": "pg_stat_statements",
		"track_io_timing":          "on",

		// The data need not survive a power failure.
		"fsync":              "off",
		"synchronous_commit": "off",
		"full_page_writes":   "off",
	}
}

// ping succeeds when the server accepts connections.
func (s *Server) ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres", Superuser))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return conn.Close(ctx)
}
