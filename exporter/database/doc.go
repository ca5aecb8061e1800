// Package database queries Postgres with little impact on the server.
//
// A [DB] holds at most one connection. All queries run in a [Tx], a read-only transaction with
// statement and lock timeouts. The settings end with the transaction and no statement is named, so a
// pooler in transaction mode works as well as a direct connection. The queries of a round trip are
// sent together, each protected by a savepoint, so that one that fails does not affect the others.
package database
