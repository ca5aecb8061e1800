package kpi

import (
	_ "embed" // for kpis.yaml
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// Defaults of keys that an entry may omit.
const (
	defaultMaxRows  = 200
	maxAgeIntervals = 3 // a value outlives two failed runs
)

// shippedName is the name of the shipped KPI file in errors.
const shippedName = "kpis.yaml"

//go:embed kpis.yaml
var shippedText []byte

// Load returns the KPIs to run: the selected shipped ones and those of c.File. The error joins all
// problems, each with its file:line and a hint. Load does not connect to the database, so it does
// not check the SQL.
func (c Config) Load() ([]Definition, error) {
	shipped, err := decode(shippedName, shippedText)
	if err != nil {
		return nil, err
	}
	if c.File == "" {
		return c.definitions(shipped.KPIs, c.defaults()), nil
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, fmt.Errorf("reading the KPI file: %w; hint: check --kpi.file and the permissions of the file", err)
	}
	own, err := decode(c.File, text)
	if err != nil {
		return nil, err
	}
	for i := range own.KPIs {
		own.KPIs[i].own = true
	}
	settings, err := own.Settings.apply(c.File, c.defaults())
	merged, mergeErr := merge(shipped.KPIs, own)
	if err := errors.Join(err, mergeErr); err != nil {
		return nil, err
	}
	return c.definitions(merged, settings), nil
}

// merge returns the selected shipped entries and those of the operator's file, which override
// single fields of the shipped entry of the same name.
func merge(shipped []entry, own document) ([]entry, error) {
	var merged []entry
	var problems []error
	named := func(name string) func(entry) bool {
		return func(e entry) bool { return e.Name.value == name }
	}
	for _, name := range own.Shipped.names {
		if !slices.ContainsFunc(shipped, named(name)) {
			problems = append(problems, problem(own.file, own.Shipped.line, name, "no shipped KPI has this name", namesHint))
		}
	}
	for _, e := range shipped {
		i := slices.IndexFunc(own.KPIs, named(e.Name.value))
		switch {
		case i >= 0:
			merged = append(merged, own.KPIs[i].inherit(e))
		case own.Shipped.includes(e.Name.value):
			merged = append(merged, e)
		}
	}
	for _, e := range own.KPIs {
		if slices.ContainsFunc(shipped, named(e.Name.value)) {
			continue
		}
		if e.Disabled.value {
			problems = append(problems, e.problem(e.Disabled.line, "no shipped KPI has this name", namesHint))
		}
		merged = append(merged, e)
	}
	for i, e := range merged {
		problems = append(problems, validate(e))
		if first := slices.IndexFunc(merged, named(e.Name.value)); first < i && e.Name.value != "" {
			problems = append(problems, e.problem(e.Name.line, fmt.Sprintf("the name is already used at line %d", merged[first].line), renameHint))
		}
	}
	return merged, errors.Join(problems...)
}

const (
	namesHint  = "compare the name with docs/metrics.md, without " + namespace
	renameHint = "rename one of the two, or merge their rows into one query with a label"
)

// definitions drops disabled entries and applies the defaults.
func (c Config) definitions(entries []entry, settings Settings) []Definition {
	var all []Definition
	for _, e := range entries {
		if e.Disabled.value {
			continue
		}
		d := Definition{
			Name: e.Name.value, Help: e.Help.value, Unit: e.Unit.value, Labels: e.Labels.value,
			Interval: time.Duration(e.Interval.value), MaxAge: time.Duration(e.MaxAge.value),
			Timeout: time.Duration(e.Timeout.value), MaxRows: e.MaxRows.value, SQL: e.SQL.value,
			Contract: e.Contract.value, Settings: settings,
			position: position{File: e.file, Line: e.line, own: e.own, text: e.SQL.textPosition},
		}
		if e.Money.value != "" {
			d.Money = e.Money.value
		}
		if d.MaxAge == 0 {
			d.MaxAge = maxAgeIntervals * d.Interval
		}
		if d.Timeout == 0 {
			d.Timeout = c.Timeout
		}
		d.Timeout = min(d.Timeout, d.Interval)
		if d.MaxRows == 0 {
			d.MaxRows = defaultMaxRows
		}
		all = append(all, d)
	}
	return all
}
