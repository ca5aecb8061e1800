// Package database is the exporter's way to Postgres, made so that monitoring does not hurt what it monitors.
//
// A [DB] holds at most one connection. Everything runs in [DB.ReadOnly]: one read-only transaction with statement and
// lock timeouts that end with it. Nothing is left behind in the session and no statement is named, so a pooler in
// transaction mode is as good as a direct connection. The queries of a [Step] go out in one round trip, each behind a
// savepoint, so that one that fails takes none of the others with it.
package database
