package kpi

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// Defaults of keys that an entry may omit.
const (
	defaultMaxRows  = 200
	maxAgeIntervals = 3 // a value outlives two failed runs
)

// Load returns the KPIs to run: the shipped ones, overridden by those of c.File. The error joins
// all problems, each with its file:line and a hint. Load does not connect to the database, so it
// does not check the SQL.
func (c Config) Load() ([]Definition, error) {
	shipped, err := parse(shippedName, shippedText)
	if err != nil {
		return nil, err
	}
	if c.File == "" {
		return c.definitions(shipped), nil
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, fmt.Errorf("reading the KPI file: %w; hint: check --kpi.file and the permissions of the file", err)
	}
	own, err := parse(c.File, text)
	if err != nil {
		return nil, err
	}
	merged, err := override(shipped, own)
	if err != nil {
		return nil, err
	}
	return c.definitions(merged), nil
}

// parse decodes and validates one file.
func parse(file string, text []byte) ([]entry, error) {
	entries, err := decode(file, text)
	if err != nil {
		return nil, err
	}
	var problems []error
	first := map[string]int{}
	for _, e := range entries {
		problems = append(problems, validate(e))
		if line, used := first[e.Name.value]; used && e.Name.value != "" {
			problems = append(problems, e.problem(e.Name.line, fmt.Sprintf("the name is already used at line %d", line),
				"rename one of the two, or merge their rows into one query with a label"))
			continue
		}
		first[e.Name.value] = e.line
	}
	return entries, errors.Join(problems...)
}

// override replaces shipped entries by own entries of the same name and appends the others.
func override(shipped, own []entry) ([]entry, error) {
	index := map[string]int{}
	for i, e := range shipped {
		index[e.Name.value] = i
	}
	merged := append([]entry(nil), shipped...)
	var problems []error
	for _, e := range own {
		e.own = true
		i, known := index[e.Name.value]
		switch {
		case known:
			merged[i] = e
		case e.Disabled.value:
			problems = append(problems, e.problem(e.Disabled.line, "no shipped KPI has this name",
				"compare the name with docs/metrics.md, without "+namespace))
		default:
			merged = append(merged, e)
		}
	}
	return merged, errors.Join(problems...)
}

// definitions drops disabled entries and applies the defaults.
func (c Config) definitions(entries []entry) []Definition {
	var all []Definition
	for _, e := range entries {
		if e.Disabled.value {
			continue
		}
		d := Definition{
			Name: e.Name.value, Help: e.Help.value, Unit: e.Unit.value, Labels: e.Labels.value,
			Interval: time.Duration(e.Interval.value), MaxAge: time.Duration(e.MaxAge.value),
			Timeout: time.Duration(e.Timeout.value), MaxRows: e.MaxRows.value, SQL: e.SQL.value,
			position: position{File: e.file, Line: e.line, own: e.own, sqlLine: e.SQL.firstLine, literal: e.SQL.literal},
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
