package database

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

const urlHint = "hint: postgres://user:password@host:5432/database?sslmode=require, with the characters " +
	": / ? # [ ] @ % of the password percent-encoded"

// parseURL parses a Postgres URL, which may have Prisma's parameters, or a key=value string. It does
// not return the driver's error, which can quote the string.
func parseURL(text string) (*pgx.ConnConfig, error) {
	if strings.Contains(text, "://") {
		cleaned, err := withoutPrisma(text)
		if err != nil {
			return nil, err
		}
		text = cleaned
	}
	config, err := pgx.ParseConfig(text)
	if err != nil {
		return nil, errors.New("the database URL is not valid (not shown: it may hold a password); " + urlHint)
	}
	// A pooler in transaction mode rejects most startup parameters, and shares the session between clients.
	for name := range config.RuntimeParams {
		if name != "options" && name != "application_name" { // some poolers use options for routing
			delete(config.RuntimeParams, name)
		}
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = 0, 0
	return config, nil
}

func withoutPrisma(text string) (string, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return "", errors.New("the database URL cannot be parsed (not shown: it may hold a password); " + urlHint)
	}
	if parsed.Scheme != "postgres" && parsed.Scheme != "postgresql" {
		return "", fmt.Errorf("the database URL has the scheme %q; %s", parsed.Scheme, urlHint)
	}
	if parsed.Fragment != "" || strings.HasSuffix(text, "#") {
		return "", errors.New("the database URL contains a #; " + urlHint)
	}
	query := parsed.Query()
	translatePrisma(query)
	parsed.RawQuery = query.Encode()
	return parsed.String(), nil
}

// translatePrisma translates Prisma's TLS parameters to those of libpq and removes the parameters of
// Prisma's engine. See "Arguments" of the PostgreSQL connector in Prisma's reference.
func translatePrisma(query url.Values) {
	if query.Get("sslaccept") == "strict" && weakTLS(query.Get("sslmode")) {
		query.Set("sslmode", "verify-full")
	}
	if ca := query.Get("sslcert"); ca != "" && query.Get("sslkey") == "" {
		query.Set("sslrootcert", ca) // the certificate authority of the server
		query.Del("sslcert")
	}
	if query.Get("connect_timeout") == "0" {
		query.Del("connect_timeout") // no timeout, but a scrape needs one
	}
	for _, name := range []string{
		"connection_limit", "pgbouncer", "pool_timeout", "schema", "socket_timeout", "sslaccept", "sslidentity",
		"statement_cache_size", "max_idle_connection_lifetime", "max_connection_lifetime",
	} {
		query.Del(name)
	}
}

func weakTLS(mode string) bool {
	return mode == "" || mode == "prefer" || mode == "require"
}
