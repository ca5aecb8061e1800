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
	minInterval = 10 * time.Second // below it the exporter becomes part of the load
	maxMaxRows  = 10_000           // series of one metric; Prometheus suffers long before
)

// validate judges what one entry says; the error joins all that is wrong with it.
func validate(e entry) error {
	if e.disabled {
		return validateName(e)
	}
	problems := []error{validateName(e), validateUnit(e), validateLabels(e), validateClock(e), validateSQL(e)}
	if strings.TrimSpace(e.Help) == "" {
		problems = append(problems, e.problem("help", "the help is missing", "say in a sentence what is counted"))
	}
	if e.MaxRows < 0 || e.MaxRows > maxMaxRows {
		problems = append(problems, e.problem("max_rows", fmt.Sprintf("max_rows is %d", e.MaxRows),
			fmt.Sprintf("choose 1 to %d; let the query's ORDER BY decide which rows stay", maxMaxRows)))
	}
	return errors.Join(problems...)
}

func wellFormed(name string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(name)
}

func validateName(e entry) error {
	if e.Name == "" {
		return e.problem("name", "the name is missing", "name it after what is counted: paid_orders")
	}
	if !wellFormed(e.Name) {
		return e.problem("name", "the name is not valid", "use lower-case words, digits and single underscores")
	}
	if strings.HasPrefix(e.Name, strings.TrimSuffix(namespace, "_")+"_") {
		return e.problem("name", "the name begins with "+namespace, "leave that out: it is put before every name")
	}
	for _, prefix := range []string{"kpi_", "source_", "database_", "exporter_"} {
		if strings.HasPrefix(e.Name, prefix) {
			return e.problem("name", fmt.Sprintf("names that begin with %q are the exporter's own", prefix), "rename it")
		}
	}
	if complaint := lint(e.Definition); complaint != "" {
		return e.problem("name", "Prometheus' conventions: "+complaint, "rename it; a KPI is a gauge in base units")
	}
	return nil
}

// lint asks promtool's own linter about the metric that d would make. Labels are left out: they are judged apart.
func lint(d Definition) string {
	registry := prometheus.NewRegistry()
	help := d.Help
	if help == "" {
		help = "Missing, which is said elsewhere."
	}
	opts := prometheus.GaugeOpts{Name: d.Metric(), Help: help}
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

// validateUnit holds the name and the unit together: a reader of the name alone must not take milliseconds for seconds.
func validateUnit(e entry) error {
	base := []string{"seconds", "bytes", "ratio"}
	scaled := []string{
		"ms", "milliseconds", "minutes", "hours", "days", "weeks", "percent",
		"kilobytes", "megabytes", "gigabytes", "kb", "mb", "gb",
	}
	if !wellFormed(e.Unit) {
		return e.problem("unit", "the unit is missing or no plain word", "name what one is: seconds, users, orders, currency")
	}
	if slices.Contains(scaled, e.Unit) {
		return e.problem("unit", e.Unit+" is no base unit", "let the query convert to seconds, bytes or ratio")
	}
	suffix := e.Name[strings.LastIndex(e.Name, "_")+1:]
	for _, unit := range base {
		if (e.Unit == unit) != (suffix == unit) {
			return e.problem("unit", fmt.Sprintf("the unit is %s and the name ends in %q", e.Unit, suffix),
				fmt.Sprintf("end the name in _%s if, and only if, that is the unit", unit))
		}
	}
	return nil
}

func validateLabels(e entry) error {
	var problems []error
	// A target's own job and instance would push a KPI's labels of that name aside.
	reserved := []string{"value", "job", "instance", "le", "quantile"}
	for i, label := range e.Labels {
		what, hint := "", "rename the column in the query and here"
		switch {
		case !wellFormed(label):
			what, hint = "is not valid", "use lower-case words, digits and single underscores, and AS in the query"
		case slices.Contains(reserved, label):
			what = "is reserved"
		case slices.Contains(e.Labels[:i], label):
			what, hint = "stands there twice", "remove one of them"
		default:
			continue
		}
		problems = append(problems, e.problem("labels", fmt.Sprintf("the label %q %s", label, what), hint))
	}
	return errors.Join(problems...)
}

func validateClock(e entry) error {
	var problems []error
	refuse := func(key, what, hint string) { problems = append(problems, e.problem(key, what, hint)) }
	switch {
	case e.Interval == 0:
		refuse("interval", "the interval is missing", "add \"interval: 5m\"; the costlier the query, the longer")
	case e.Interval < minInterval:
		refuse("interval", fmt.Sprintf("an interval of %s is too short", e.Interval), "at least "+minInterval.String())
	}
	if e.MaxAge != 0 && e.MaxAge < e.Interval {
		refuse("max_age", fmt.Sprintf("a value would be dropped after %s, before the next run", e.MaxAge),
			fmt.Sprintf("make it longer than the interval, or leave it out: it is %d intervals then", maxAgeIntervals))
	}
	if e.Timeout > e.Interval && e.Interval != 0 {
		refuse("timeout", fmt.Sprintf("a run of %s would last beyond the next", e.Timeout), "make the interval longer")
	}
	return errors.Join(problems...)
}

func validateSQL(e entry) error {
	if strings.TrimSpace(e.SQL) == "" {
		return e.problem("sql", "the query is missing", "add \"sql: |\" and the query below, indented")
	}
	if refusal := checkReadOnly(e.SQL); refusal != nil {
		return problem(e.File, e.sqlLine+refusal.line-1, e.Name, refusal.what, refusal.hint)
	}
	return nil
}
