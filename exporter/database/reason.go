package database

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// ReasonTooManyConnections means that the server or the pooler has no connection left for us.
const ReasonTooManyConnections failure.Reason = "too_many_connections"

// Reason classifies err by its SQLSTATE; see "PostgreSQL Error Codes" in the server's manual.
func Reason(err error) failure.Reason {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return reasonOfState(pgErr.Code)
	}
	if errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) {
		return failure.Timeout
	}
	if failure, ok := errors.AsType[*failure.Error](err); ok {
		return failure.Reason
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok || errors.Is(err, context.Canceled) {
		return failure.Unreachable
	}
	return failure.Internal
}

func reasonOfState(state string) failure.Reason {
	switch state {
	case "42501": // insufficient privilege
		return failure.PermissionDenied
	case "42P01", "42703", "42883", "0A000", "55000", "3F000": // no such table, column, function, feature, preload, schema
		return failure.Unsupported
	case "57014": // canceled by statement_timeout
		return failure.Timeout
	case "55P03", "40P01": // lock not available, deadlock
		return failure.Locked
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
	case strings.HasPrefix(state, "42"), strings.HasPrefix(state, "22"): // our SQL, or what it computed
		return failure.Invalid
	}
	return failure.Internal
}
