// Package postgres is the source of everything that Postgres itself says about its health: sessions, databases,
// replication, statements, indexes and tables.
//
// What is exported is a list of families, each one query and the metrics that its columns become. A scrape is one
// transaction of three round trips, however many families there are: who are you; everything that does not depend on
// the rest; what does (statements chosen by the answer before, texts not seen yet). A family that fails is absent and
// reported; the others are served.
package postgres
