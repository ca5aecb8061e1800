package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Table returns the alerts as a Markdown table, the gravest first: what the README shows.
func (b Bundle) Table() string {
	alerts := b.Alerts()
	slices.SortStableFunc(alerts, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Labels["severity"], b.Labels["severity"]),
			cmp.Compare(a.Labels["component"], b.Labels["component"]))
	})
	var table strings.Builder
	table.WriteString("| alert | severity | component | for | says |\n| --- | --- | --- | --- | --- |\n")
	for _, alert := range alerts {
		fmt.Fprintf(&table, "| [%s](docs/runbooks/%s.md) | %s | %s | %s | %s |\n", alert.Alert, alert.Alert,
			alert.Labels["severity"], alert.Labels["component"], cmp.Or(alert.For, "0s"), plain(alert.Annotations["summary"]))
	}
	return table.String()
}

// plain is a summary without what only a firing alert can fill in.
func plain(summary string) string {
	return regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(summary, "…")
}
