package kpi

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// What an entry gets that does not say otherwise.
const (
	defaultMaxRows  = 200
	maxAgeIntervals = 3 // a value outlives two runs that fail
)

// Load returns the KPIs that shall run: the shipped ones with those of c.File over them. The error joins everything
// that is wrong, each at its file:line with what to do.
func (c Config) Load() ([]Definition, error) {
	shipped, err := parse(shippedName, shippedText)
	if err != nil {
		return nil, err
	}
	if c.File == "" {
		return c.finish(shipped), nil
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, fmt.Errorf("reading the KPI file: %w; hint: check --kpi.file and who may read it", err)
	}
	own, err := parse(c.File, text)
	if err != nil {
		return nil, err
	}
	merged, err := overlay(shipped, own)
	if err != nil {
		return nil, err
	}
	return c.finish(merged), nil
}

// parse reads and judges one file.
func parse(file string, text []byte) ([]entry, error) {
	entries, err := parseDocument(file, text)
	problems := []error{err}
	first := map[string]int{}
	for _, e := range entries {
		problems = append(problems, validate(e))
		if line, twice := first[e.Name]; twice && e.Name != "" {
			problems = append(problems, e.problem("name", fmt.Sprintf("the name is taken at line %d", line),
				"rename one of the two, or put their rows into one query with a label"))
			continue
		}
		first[e.Name] = e.Line
	}
	return entries, errors.Join(problems...)
}

// overlay lets own entries take the places of shipped ones of the same name; new ones follow behind.
func overlay(shipped, own []entry) ([]entry, error) {
	place := map[string]int{}
	for i, e := range shipped {
		place[e.Name] = i
	}
	merged := append([]entry(nil), shipped...)
	var problems []error
	for _, e := range own {
		i, known := place[e.Name]
		switch {
		case known:
			merged[i] = e
		case e.disabled:
			problems = append(problems, e.problem("disabled", "there is no shipped KPI of this name to disable",
				"compare the name with docs/metrics.md, without "+namespace))
		default:
			merged = append(merged, e)
		}
	}
	return merged, errors.Join(problems...)
}

// finish drops what is disabled and fills in what entries left out.
func (c Config) finish(entries []entry) []Definition {
	var all []Definition
	for _, e := range entries {
		if e.disabled {
			continue
		}
		d := e.Definition
		d.MaxAge = orElse(d.MaxAge, maxAgeIntervals*d.Interval)
		d.Timeout = min(orElse(d.Timeout, c.Timeout), d.Interval)
		if d.MaxRows == 0 {
			d.MaxRows = defaultMaxRows
		}
		all = append(all, d)
	}
	return all
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}
