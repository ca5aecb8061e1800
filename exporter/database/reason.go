package database

import (
	"context"
	"errors"
	"io"
	"net"
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
	if isDisconnected(err) {
		return failure.Unreachable
	}
	return failure.Internal
}

func isDisconnected(err error) bool {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	for _, closed := range []error{context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, pgconn.ErrConnClosed} {
		connecting = connecting || errors.Is(err, closed)
	}
	return connecting || network
}

func reasonOfState(state string) failure.Reason {
	switch state {
	case "42501": // insufficient privilege
		return failure.PermissionDenied
	case "42P01", "42703", "42883", "0A000", "55000", "3F000":
		// Undefined table, column or function; unsupported feature; missing preload; undefined schema
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
