// Package e2e tests the whole chain as it is in production: Postgres, the exporter, Prometheus on the shipped rules, and
// Alertmanager on the shipped configuration. Only the receivers are local. What breaks has to reach people in time.
package e2e
