// Package kpi exports business metrics. Each KPI is an entry of a YAML file with a name, labels and
// one SQL query, and becomes one gauge. Only kpis.yaml depends on the tables of the marketplace;
// the Go code does not.
//
// The file is decoded (decode.go), validated (validate.go) and merged over the shipped one
// (load.go). Each KPI then runs on its own interval (kpi.go), and source.go serves the latest
// results. The server describes each query before the exporter executes it, and
// its errors are reported at the line of the KPI file.
//
// # What a query can do
//
// A query runs in a read-only transaction and is rolled back to a savepoint afterwards. The
// extended protocol accepts one statement only, and a statement that does not return the columns of
// the entry is never executed, so a query cannot end the transaction. The monitoring role can only
// read. Some functions have side effects nevertheless, if the role may execute them:
// pg_terminate_backend and pg_cancel_backend, session-level advisory locks, dblink and other ways
// to connect elsewhere, resets of statistics, and files that a superuser writes with lo_export. The
// command check warns about such functions, and about a role that can do more than read.
package kpi
