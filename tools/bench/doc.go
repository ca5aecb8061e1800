// Package bench measures the cost of a scrape: of marketplace_exporter, of a bare SELECT from
// pg_stat_statements and of postgres_exporter, on one throwaway server with a large fixture.
//
// `make bench` runs it with the sizes of docs/benchmarks.md and fails when marketplace_exporter
// exceeds a limit. `go test` runs it with small sizes, where the limits mean nothing.
package bench
