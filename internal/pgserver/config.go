package pgserver

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// hba returns the rules of authentication. The superuser needs no password, but connects over TCP
// only if the cluster is not private. Other roles need their password, as in production.
func hba(private bool) string {
	rules := "local all postgres trust\n"
	if !private {
		rules += "host all postgres 127.0.0.1/32 trust\n"
	}
	return rules + "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
}

// configure replaces the configuration files that initdb wrote. ALTER SYSTEM writes to another
// file, which stays.
func (s *Server) configure(opts Options) error {
	settings := s.defaults()
	maps.Copy(settings, opts.Settings)
	var conf strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&conf, "%s = '%s'\n", name, strings.ReplaceAll(settings[name], "'", "''"))
	}
	if err := s.Write("data/postgresql.conf", conf.String()); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return s.Write("data/pg_hba.conf", hba(opts.Private))
}

func (s *Server) defaults() map[string]string {
	return map[string]string{ //nolint:gosec // password_encryption is no password
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.Port()),
		"unix_socket_directories": s.Dir(),
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
