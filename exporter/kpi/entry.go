package kpi

import "github.com/prometheus/common/model"

// entry is one item of a KPI file as it was written, before defaults.
type entry struct {
	Name     setting[string]         `yaml:"name"`
	Help     setting[string]         `yaml:"help"`
	Unit     setting[string]         `yaml:"unit"`
	Money    setting[string]         `yaml:"money"`
	Labels   setting[[]string]       `yaml:"labels"`
	Interval setting[model.Duration] `yaml:"interval"`
	MaxAge   setting[model.Duration] `yaml:"max_age"`
	Timeout  setting[model.Duration] `yaml:"timeout"`
	MaxRows  setting[int]            `yaml:"max_rows"`
	Contract setting[Contract]       `yaml:"contract"`
	SQL      query                   `yaml:"sql"`
	Disabled setting[bool]           `yaml:"disabled"`

	file string
	line int  // where the entry begins
	own  bool // the query or its labels are the operator's
}

const entryKeys = "name, help, unit, money, labels, interval, max_age, timeout, max_rows, contract, sql and disabled"

// inherit returns e with the fields that it omits taken from shipped.
func (e entry) inherit(shipped entry) entry {
	e.own = e.SQL.line != 0 || e.Labels.line != 0
	inherit(&e.Help, shipped.Help)
	inherit(&e.Unit, shipped.Unit)
	inherit(&e.Money, shipped.Money)
	inherit(&e.Labels, shipped.Labels)
	inherit(&e.Interval, shipped.Interval)
	inherit(&e.Timeout, shipped.Timeout)
	inherit(&e.MaxAge, shipped.MaxAge)
	inherit(&e.MaxRows, shipped.MaxRows)
	inherit(&e.Contract, shipped.Contract)
	if e.SQL.line == 0 {
		e.SQL = shipped.SQL
	}
	return e
}

// inherit leaves the line at 0, so that problems are reported at the beginning of the entry.
func inherit[T any](field *setting[T], shipped setting[T]) {
	if field.line == 0 {
		field.value = shipped.value
	}
}

// problem returns an error at line. A line of 0 means that the key is missing; the error is then at
// the beginning of the entry.
func (e entry) problem(line int, what, hint string) error {
	if line == 0 {
		line = e.line
	}
	return problem(e.file, line, e.Name.value, what, hint)
}
