package database

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// connectError is the error of an attempt to connect, on one line and with a hint.
type connectError struct {
	text string
	err  error
}

func (e *connectError) Error() string { return e.text }

func (e *connectError) Unwrap() error { return e.err }

// newConnectError shortens the driver's error, which has a line for each address and each TLS
// fallback.
func newConnectError(err error) error {
	lines := []string{err.Error()}
	target := "the database"
	if driver, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		lines = strings.Split(errors.Unwrap(driver).Error(), "\n")
		target = fmt.Sprintf("database %s as %s", driver.Config.Database, driver.Config.User)
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	slices.Sort(lines)
	text := fmt.Sprintf("connecting to %s: %s", target, strings.Join(slices.Compact(lines), "; "))
	if hint := connectHint(err); hint != "" {
		text += "; hint: " + hint
		err = failure.New(failure.Invalid, err)
	}
	return &connectError{text, err}
}

// connectHint returns how to fix the setting that prevents the connection, or an empty text if no
// setting does.
func connectHint(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "sslrootcert must be the file of the authority that signed the server's certificate, " +
			"and with sslmode=verify-full the certificate must include the host"
	}
	if _, rejected := errors.AsType[*pgconn.PgError](err); rejected {
		return ""
	}
	for _, c := range []struct{ text, hint string }{
		{"read only connection", "use target_session_attrs=primary instead of read-write, because the role may only read"},
		{"channel binding", "channel_binding=require needs TLS and a server with scram-sha-256; most poolers cannot do it"},
		{"require_auth", "the server requested the password in a way that require_auth does not allow; without it, " +
			"clear text is allowed only with sslmode=verify-full or verify-ca"},
		{"server refused TLS", "the server does not offer TLS, which sslmode requires"},
		{"x509:", "sslrootcert must be the file of the authority that signed the server's certificate"},
	} {
		if strings.Contains(err.Error(), c.text) {
			return c.hint
		}
	}
	return ""
}
