package database

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

const urlHint = "hint: postgres://user:password@host:5432/database?sslmode=verify-full, with the characters " +
	": / ? # [ ] @ % of the password percent-encoded"

// errURL does not quote the URL, because a part of a password that is not percent-encoded could be
// anywhere in it.
var errURL = errors.New("the URL is not valid (not shown: it may hold a password); " + urlHint)

// maxMessageBytes limits the messages from the server, so that neither a large value nor a server
// that is not Postgres exhausts the memory.
const maxMessageBytes = 16 << 20

// connConfig is the configuration of a connection.
type connConfig struct {
	*pgx.ConnConfig

	searchPath string // of transactions, because poolers reject it at startup; may be empty
}

// parseURL parses a Postgres URL, which may have Prisma's parameters, or a key=value string.
func parseURL(text string) (connConfig, error) {
	if scheme := regexp.MustCompile(`^\w+://`).FindString(text); scheme != "" {
		cleaned, err := withoutPrisma(scheme, strings.TrimPrefix(text, scheme))
		if err != nil {
			return connConfig{}, err
		}
		text = cleaned
	}
	parsed, err := pgx.ParseConfig(text)
	if err != nil {
		return connConfig{}, settingError(err)
	}
	config := connConfig{ConnConfig: parsed, searchPath: parsed.RuntimeParams["search_path"]}
	// A pooler in transaction mode rejects most startup parameters, and shares the session between
	// clients.
	for name := range config.RuntimeParams {
		if name != "options" && name != "application_name" { // some poolers use options for routing
			delete(config.RuntimeParams, name)
		}
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = 0, 0
	config.MaxProtocolMessageBodyLen = maxMessageBytes
	return config, nil
}

// withoutPrisma returns the URL without Prisma's parameters. It rejects URLs in which a part of the
// password would be parsed as another part of the URL and appear in error messages.
func withoutPrisma(scheme, rest string) (string, error) {
	if scheme != "postgres://" && scheme != "postgresql://" {
		return "", fmt.Errorf("the URL has the scheme %q; %s", strings.TrimSuffix(scheme, "://"), urlHint)
	}
	if strings.Contains(rest, "#") {
		return "", fmt.Errorf("the URL contains a #; %s", urlHint)
	}
	credentials, address, found := strings.Cut(rest, "@")
	if found && (strings.ContainsAny(credentials, "/?") || strings.Contains(address, "@")) {
		return "", errURL
	}
	before, query, found := strings.Cut(rest, "?")
	if !found {
		return scheme + rest, nil
	}
	// As in libpq, and unlike in HTML forms, a plus sign is not a space.
	parameters, err := url.ParseQuery(strings.ReplaceAll(query, "+", "%2B"))
	if err != nil {
		return "", errURL
	}
	translatePrisma(parameters)
	return scheme + before + "?" + strings.ReplaceAll(parameters.Encode(), "+", "%20"), nil
}

// translatePrisma translates Prisma's parameters to those of libpq and removes the parameters of
// Prisma's engine. See "Arguments" of the PostgreSQL connector in Prisma's reference.
func translatePrisma(query url.Values) {
	if query.Get("sslaccept") == "strict" && slices.Contains([]string{"", "prefer", "require"}, query.Get("sslmode")) {
		query.Set("sslmode", "verify-full")
	}
	if ca := query.Get("sslcert"); ca != "" && query.Get("sslkey") == "" {
		query.Set("sslrootcert", ca) // the certificate authority of the server
		query.Del("sslcert")
	}
	if query.Get("connect_timeout") == "0" {
		query.Del("connect_timeout") // no timeout, but a scrape needs one
	}
	if schema := query.Get("schema"); schema != "" && !query.Has("search_path") {
		query.Set("search_path", pgx.Identifier{schema}.Sanitize())
	}
	for _, name := range []string{
		"connection_limit", "pgbouncer", "pool_timeout", "schema", "socket_timeout", "sslaccept", "sslidentity",
		"statement_cache_size", "max_idle_connection_lifetime", "max_connection_lifetime",
	} {
		query.Del(name)
	}
}

// settingError returns an error that names the invalid setting, if the driver's error is about one.
// The driver's error itself can quote a part of a password.
func settingError(err error) error {
	const hint = "hint: see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"
	text := err.Error()
	text = text[strings.LastIndex(text, "`: ")+1:] // the quoted URL ends there
	if cause := errors.Unwrap(err); cause != nil && strings.Contains(text, "failed to configure TLS") {
		for _, c := range []struct{ text, setting string }{
			{"sslmode", "sslmode"},
			{"CA", "sslrootcert"},
			{"certificate pool", "sslrootcert"},
			{"sslpassword", "sslpassword"},
			{"decrypt", "sslpassword"},
			{"sslkey", "sslkey"},
			{"cert", "sslcert"},
		} {
			if strings.Contains(cause.Error(), c.text) {
				return fmt.Errorf("the setting %s is not valid: %w; %s", c.setting, cause, hint)
			}
		}
	}
	for _, setting := range []string{
		"target_session_attrs", "channel_binding", "require_auth", "connect_timeout", "sslcertmode",
		"min_protocol_version", "max_protocol_version", "service", "port",
	} {
		if strings.Contains(text, setting) && !strings.Contains(text, "failed to parse as") {
			return fmt.Errorf("the setting %s is not valid; %s", setting, hint)
		}
	}
	return errURL
}
