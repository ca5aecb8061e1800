package kpi

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

const (
	minInterval = 10 * time.Second // shorter intervals would add noticeable load to the database
	maxMaxRows  = 10_000           // series of one metric, well below what slows Prometheus down
)

// validate checks the values of one entry, except for its SQL, which the server checks. The error
// joins all problems.
func validate(e entry) error {
	if e.Disabled.value {
		return validateName(e)
	}
	problems := []error{validateName(e), validateUnit(e), validateLabels(e), validateTimes(e)}
	if strings.TrimSpace(e.SQL.value) == "" {
		problems = append(problems, e.problem(e.SQL.line, "the query is missing", "add \"sql: |\" and the query below, indented"))
	}
	if strings.TrimSpace(e.Help.value) == "" {
		problems = append(problems, e.problem(e.Help.line, "the help is missing", "describe what the query counts"))
	}
	if e.MaxRows.value < 0 || e.MaxRows.value > maxMaxRows {
		problems = append(problems, e.problem(e.MaxRows.line, fmt.Sprintf("max_rows is %d", e.MaxRows.value),
			fmt.Sprintf("use 1 to %d, and ORDER BY to keep the most important rows", maxMaxRows)))
	}
	problems = append(problems, choose(e.file, "money", e.Money, new(string), major, minor))
	return errors.Join(problems...)
}

func wellFormed(name string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(name)
}

func validateName(e entry) error {
	name := e.Name.value
	invalid := func(what, hint string) error { return e.problem(e.Name.line, what, hint) }
	switch {
	case name == "":
		return invalid("the name is missing", "name the KPI after what it counts, such as paid_orders")
	case !wellFormed(name):
		return invalid("the name is not valid", "use lower-case words, digits and single underscores")
	case strings.HasPrefix(name, namespace):
		return invalid("the name begins with "+namespace, "omit it; the exporter adds it to every name")
	}
	for _, prefix := range []string{"kpi_", "source_", "database_", "exporter_"} {
		if strings.HasPrefix(name, prefix) {
			return invalid(fmt.Sprintf("the prefix %q is reserved for the exporter's own metrics", prefix), "rename the KPI")
		}
	}
	if complaint := lint(namespace + name); complaint != "" {
		return invalid("the name breaks a Prometheus naming rule: "+complaint, "rename the KPI; it is a gauge in base units")
	}
	return nil
}

// lint returns the first complaint of promtool's linter about a gauge of this name, or an empty
// string.
func lint(metric string) string {
	registry := prometheus.NewRegistry()
	opts := prometheus.GaugeOpts{Name: metric, Help: "Help."}
	if err := registry.Register(prometheus.NewGaugeFunc(opts, func() float64 { return 0 })); err != nil {
		return err.Error()
	}
	families, err := registry.Gather()
	if err != nil {
		return err.Error()
	}
	complaints, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		return err.Error()
	}
	if len(complaints) == 0 {
		return ""
	}
	return complaints[0].Text
}

// validateUnit requires that the name and the unit agree, because dashboards show only the name.
func validateUnit(e entry) error {
	base := []string{"seconds", "bytes", "ratio"}
	scaled := []string{
		"ms", "milliseconds", "minutes", "hours", "days", "weeks", "percent",
		"kilobytes", "megabytes", "gigabytes", "kb", "mb", "gb",
	}
	unit, name := e.Unit.value, e.Name.value
	if !wellFormed(unit) {
		return e.problem(e.Unit.line, "the unit is missing or not a plain word", "use a unit such as seconds, users, orders or currency")
	}
	if slices.Contains(scaled, unit) {
		return e.problem(e.Unit.line, unit+" is not a base unit", "convert to seconds, bytes or ratio in the query")
	}
	suffix := name[strings.LastIndex(name, "_")+1:]
	for _, word := range base {
		if (unit == word) != (suffix == word) {
			return e.problem(e.Unit.line, fmt.Sprintf("the unit is %s and the name ends in %q", unit, suffix),
				fmt.Sprintf("end the name in _%s if, and only if, that is the unit", word))
		}
	}
	return nil
}

func validateLabels(e entry) error {
	var problems []error
	// Prometheus renames labels that collide with job and instance of the target.
	reserved := []string{"value", "job", "instance", "le", "quantile"}
	for i, label := range e.Labels.value {
		what, hint := "", "rename the column in the query and in labels"
		switch {
		case !wellFormed(label):
			what, hint = "is not valid", "use lower-case words, digits and single underscores, and AS in the query"
		case slices.Contains(reserved, label):
			what = "is reserved"
		case slices.Contains(e.Labels.value[:i], label):
			what, hint = "is listed twice", "remove one of the two"
		default:
			continue
		}
		problems = append(problems, e.problem(e.Labels.line, fmt.Sprintf("the label %q %s", label, what), hint))
	}
	return errors.Join(problems...)
}

func validateTimes(e entry) error {
	var problems []error
	invalid := func(line int, what, hint string) { problems = append(problems, e.problem(line, what, hint)) }
	interval, maxAge, timeout := e.Interval.value, e.MaxAge.value, e.Timeout.value
	switch {
	case interval == 0:
		invalid(e.Interval.line, "the interval is missing", "add \"interval: 5m\", or a longer one for an expensive query")
	case time.Duration(interval) < minInterval:
		invalid(e.Interval.line, fmt.Sprintf("the interval of %s is too short", interval), "use at least "+minInterval.String())
	}
	if maxAge != 0 && maxAge < interval {
		invalid(e.MaxAge.line, fmt.Sprintf("the max_age of %s is shorter than the interval", maxAge),
			fmt.Sprintf("use a longer one, or omit it for %d intervals", maxAgeIntervals))
	}
	if timeout > interval && interval != 0 {
		invalid(e.Timeout.line, fmt.Sprintf("the timeout of %s is longer than the interval", timeout), "use a longer interval")
	}
	return errors.Join(problems...)
}
