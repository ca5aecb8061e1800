// Package e2e tests the whole chain of alerting: Postgres and an application, the exporter,
// Prometheus with the shipped rules, and Alertmanager with the shipped configuration. Only the
// receivers are local.
//
// `go test` divides the chain's times by 10. `make e2e-realtime` runs it in production times.
package e2e
