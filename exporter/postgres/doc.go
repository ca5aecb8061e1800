// Package postgres exports the health of a Postgres server: sessions, databases, replication,
// statements, tables and indexes.
//
// A list of collectors declares what is exported: each is one query and the metrics that its
// columns become. A collection is one transaction of three round trips, regardless of the number of
// collectors. The first identifies the server, the second runs the queries that depend on nothing
// else, and the third runs the queries that depend on the second and the slow ones. A collector
// that fails is reported and its metrics are absent; the metrics of the others are exported.
package postgres
