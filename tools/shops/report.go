package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// report returns the tables of docs/alerts.md.
func report(results []*result) string {
	var page strings.Builder
	page.WriteString("Alerts a week without any incident:\n\n| shop | P0 | P1 | P2 | P3 | alerts |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range results {
		counts := r.counts()
		fmt.Fprintf(&page, "| %s: %s |", r.shop.Name, r.shop.Summary)
		var alerts []string
		for _, severity := range severities() {
			total := 0
			for _, alert := range slices.Sorted(maps.Keys(counts[severity])) {
				total += counts[severity][alert]
				alerts = append(alerts, fmt.Sprintf("%s %d", alert, counts[severity][alert]))
			}
			fmt.Fprintf(&page, " %.3g |", float64(total)*7/float64(r.days))
		}
		fmt.Fprintf(&page, " %s |\n", strings.Join(alerts, ", "))
	}
	page.WriteString("\nFirst alert that names the incident, and minutes until it fires:\n\n| incident |")
	for _, r := range results {
		fmt.Fprintf(&page, " %s |", r.shop.Name)
	}
	page.WriteString("\n| --- |" + strings.Repeat(" --- |", len(results)) + "\n")
	for i := range results[0].detections {
		fmt.Fprintf(&page, "| %s |", results[0].detections[i].incident.Name)
		for _, r := range results {
			fmt.Fprintf(&page, " %s |", r.detections[i])
		}
		page.WriteString("\n")
	}
	return page.String()
}

func severities() []string { return []string{"P0", "P1", "P2", "P3"} }

// String returns the cell of the table.
func (d detection) String() string {
	if d.first.Alert == "" {
		return "none"
	}
	return fmt.Sprintf("%s (%s) %.0f", d.first.Alert, d.first.Severity, d.after.Minutes())
}

// counts returns how often each alert has begun to fire without any incident, by severity.
// Instances that fire at the same time count once, as they are one notification.
func (r *result) counts() map[string]map[string]int {
	counts := map[string]map[string]int{}
	ends := map[string]time.Time{}
	for _, e := range r.quiet {
		if e.Alert == "Watchdog" {
			continue
		}
		if counts[e.Severity] == nil {
			counts[e.Severity] = map[string]int{}
		}
		end, fired := ends[e.Alert]
		if !fired || !end.IsZero() && e.Start.After(end) {
			counts[e.Severity][e.Alert]++
		} else if end.IsZero() || end.After(e.End) && !e.End.IsZero() {
			continue
		}
		ends[e.Alert] = e.End
	}
	return counts
}

// limits returns how many alerts a week are acceptable without any incident, by severity.
func limits() map[string]float64 { return map[string]float64{"P0": 0, "P1": 1, "P2": 2} }

// response returns the guide's time until people respond to an alert.
func response(severity string) time.Duration {
	return map[string]time.Duration{"P0": 5 * time.Minute, "P1": 15 * time.Minute, "P2": time.Hour}[severity]
}

// exceeded returns the limits that the results do not meet.
func exceeded(results []*result) []string {
	var problems []string
	add := func(r *result, format string, arguments ...any) {
		problems = append(problems, r.shop.Name+": "+fmt.Sprintf(format, arguments...))
	}
	for _, r := range results {
		for severity, perWeek := range limits() {
			total := 0
			for _, n := range r.counts()[severity] {
				total += n
			}
			if limit := perWeek * max(1, float64(r.days)/7); float64(total) > limit {
				add(r, "%d alerts of severity %s without any incident, limit %.3g", total, severity, limit)
			}
		}
		for _, d := range r.detections {
			switch since := d.after - d.evident; {
			case d.first.Alert == "":
				add(r, "no alert of %v with severity %s fires when %s", d.incident.Alerts, d.severity, d.incident.Name)
			case since > response(d.severity):
				add(r, "%s fires %s after %.0f cases of %q, limit %s", d.first.Alert, since, d.incident.Cases, d.incident.Name, response(d.severity))
			}
			if len(d.late) > 0 {
				add(r, "%v still fires %s after %q", d.late, recovery, d.incident.Name)
			}
		}
	}
	slices.Sort(problems)
	return problems
}
