package database

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// The reasons of a database beyond the shared ones.
const (
	ReasonTooManyConnections failure.Reason = "too_many_connections" // the server or the pooler has no free one
	ReasonDiskFull           failure.Reason = "disk_full"            // of the server
)

// Reason classifies err by its SQLSTATE. See "PostgreSQL Error Codes" in the manual of Postgres.
func Reason(err error) failure.Reason {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		if pgErr.Routine == "GetUserNameFromId" { // the role of the session was dropped
			return failure.Authentication
		}
		return reasonOfState(pgErr.Code)
	}
	if errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) {
		return failure.Timeout
	}
	if failure, ok := errors.AsType[*failure.Error](err); ok {
		return failure.Reason
	}
	if _, ok := errors.AsType[*pgproto3.ExceededMaxBodyLenErr](err); ok {
		return failure.Invalid
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	disconnected := connecting || network
	for _, closed := range []error{context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, pgconn.ErrConnClosed} {
		disconnected = disconnected || errors.Is(err, closed)
	}
	if disconnected {
		return failure.Unreachable
	}
	return failure.Internal
}

func reasonOfState(state string) failure.Reason {
	switch state {
	case "42501": // insufficient privilege
		return failure.PermissionDenied
	case "42P01", "42703", "42883", "0A000", "55000", "3F000":
		// Undefined table, column or function; unsupported feature; missing preload; undefined
		// schema
		return failure.Unsupported
	case "57014": // canceled by statement_timeout
		return failure.Timeout
	case "55P03", "40P01": // lock not available, deadlock
		return failure.Locked
	case "53100":
		return ReasonDiskFull
	case "53300":
		return ReasonTooManyConnections
	case "25006": // a write in a read-only transaction
		return failure.Invalid
	}
	switch {
	case strings.HasPrefix(state, "28"), state == "3D000": // invalid authorization; no such database
		return failure.Authentication
	case strings.HasPrefix(state, "57P"), strings.HasPrefix(state, "08"):
		return failure.Unreachable
	case strings.HasPrefix(state, "42"), strings.HasPrefix(state, "22"): // an error in the SQL or its data
		return failure.Invalid
	}
	return failure.Internal
}

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
		{"requested md5", "the server is not verified, so it must use scram-sha-256: set password_encryption = 'scram-sha-256' and the " +
			"password of the role again, in PgBouncer also auth_type; or verify the server with sslmode=verify-full; or accept md5 " +
			"with require_auth=md5 in the URL"},
		{"did not complete authentication", "the server requests no password, so any server could take its place: remove the password " +
			"from the URL, or add require_auth=none"},
		{"require_auth", "the server requested the password in a way that require_auth does not allow; without it, " +
			"only scram-sha-256 is allowed unless sslmode=verify-full verifies the server"},
		{"server refused TLS", "the server does not offer TLS, which sslmode requires"},
		{"x509:", "sslrootcert must be the file of the authority that signed the server's certificate"},
	} {
		if strings.Contains(err.Error(), c.text) {
			return c.hint
		}
	}
	return ""
}
