package kpi

import (
	"fmt"
	"reflect"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// namespace begins the name of every metric here.
const namespace = "marketplace_"

// Definition is one KPI: a gauge, and the query that says its values.
type Definition struct {
	Name     string        // without "marketplace_"
	Help     string        // what is counted, in a sentence
	Unit     string        // of the value: seconds, users, orders, currency (major units: 4900 KRW, 12.5 USD)
	Labels   []string      // columns of the query that become labels, in this order
	Interval time.Duration // from one run to the next
	MaxAge   time.Duration // how long a value is served when later runs fail
	Timeout  time.Duration // of one run
	MaxRows  int           // further rows are dropped, and counted
	SQL      string        // returns the labels and "value"

	File string // where the entry stands
	Line int
}

// Metric returns the name of the gauge.
func (d Definition) Metric() string { return namespace + d.Name }

// Place returns where the entry stands, as file:line.
func (d Definition) Place() string { return fmt.Sprintf("%s:%d", d.File, d.Line) }

func (d Definition) desc() *prometheus.Desc {
	return prometheus.NewDesc(d.Metric(), d.Help, d.Labels, nil)
}

// sameAs ignores where the entry stands, so that a comment above it does not cost its value at a reload.
func (d Definition) sameAs(other Definition) bool {
	d.File, d.Line = other.File, other.Line
	return reflect.DeepEqual(d, other)
}
