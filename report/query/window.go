// Package query prepares the expressions of reports and reads their results.
package query

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Window is the time that a report covers.
type Window struct {
	From, To    time.Time
	Step        time.Duration // resolution of subqueries
	Interval    time.Duration // resolution of charts
	Environment string
	Routes      []string // with a latency target
	Selected    []string // in a table
}

// Span returns the length of the window.
func (w Window) Span() time.Duration { return w.To.Sub(w.From) }

// Before returns the window of the same length that ends earlier by a duration.
func (w Window) Before(d time.Duration) Window {
	w.From, w.To = w.From.Add(-d), w.To.Add(-d)
	return w
}

// Expand replaces the placeholders of an expression:
//
//	$environment  regular expression of the environment, or of no environment
//	$routes       regular expression of the routes with a latency target
//	$selected     regular expression of the selected rows of a table
//	$range        length of the window, in whole days if possible, as the windows of KPIs
//	$half         half of it
//	$seconds      the same in seconds
//	$step         resolution of subqueries
//	$interval     resolution of charts
func (w Window) Expand(expr string) string {
	const day = 24 * time.Hour
	length := duration(w.Span())
	if w.Span()%day == 0 {
		length = strconv.Itoa(int(w.Span()/day)) + "d"
	}
	return strings.NewReplacer(
		"$environment", pattern(w.Environment)+"|",
		"$routes", pattern(w.Routes...),
		"$selected", pattern(w.Selected...),
		"$range", length,
		"$half", duration(w.Span()/2),
		"$seconds", strconv.Itoa(int(w.Span().Seconds())),
		"$step", duration(w.Step),
		"$interval", duration(w.Interval),
	).Replace(expr)
}

func duration(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) + "s" }

// pattern returns a regular expression of any of the values, within the quotes of PromQL.
func pattern(values ...string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = regexp.QuoteMeta(value)
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.Join(quoted, "|"))
}
