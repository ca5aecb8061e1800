package kpi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Contract lists what rules and dashboards require of a KPI: its labels, and for each label the
// values that they select. Each value has the alerts that cannot fire without it; without alerts,
// recorded ratios and dashboards need the value.
type Contract map[string]map[string][]string

// violations compares the labels of d and the rows of a run with the contract.
func (d Definition) violations(rows []Row) (violations []string) {
	for _, label := range slices.Sorted(maps.Keys(d.Contract)) {
		column := slices.Index(d.Labels, label)
		for _, value := range slices.Sorted(maps.Keys(d.Contract[label])) {
			if column >= 0 && slices.ContainsFunc(rows, func(row Row) bool { return row.Labels[column] == value }) {
				continue
			}
			consequence := "dashboards show no data"
			if alerts := d.Contract[label][value]; len(alerts) > 0 {
				consequence = strings.Join(alerts, " and ") + " cannot fire"
			}
			violations = append(violations, fmt.Sprintf("no %s is %s: %s", label, value, consequence))
		}
		if column < 0 {
			violations = append(violations, fmt.Sprintf("the label %s is missing: rules and dashboards select or aggregate it", label))
		}
	}
	return violations
}
