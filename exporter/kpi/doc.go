// Package kpi is the source of the business numbers: each is an entry of a YAML file with a name, labels and one SQL
// query, and becomes one gauge.
//
// The way of an entry: document.go reads it with its line numbers, validate.go and readonly.go judge it, load.go
// merges the operator's file over the shipped one, kpi.go asks the database on the entry's own clock, and source.go
// serves them all. Nothing in the Go code knows a table of the marketplace; only kpis.yaml does.
package kpi
