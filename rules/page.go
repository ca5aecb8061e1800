package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

const pageHead = `# Alerts

<!-- Written by rules/generate; run make generate. -->

All alerts of ` + "`rules/`" + `, most severe first. Each links to its runbook. The limits are in
[thresholds.yml](../rules/thresholds.yml); ` + "`{label}`" + ` in a summary is the value of a label.

| severity | notification | response |
| --- | --- | --- |
| P0 | PagerDuty, Slack, email and SMS | 5 minutes |
| P1 | Slack and email | 15 minutes |
| P2 | Slack | 1 hour |
| P3 | email in business hours | next business day |

[alertmanager/README.md](../alertmanager/README.md) describes receivers, timings and inhibitions. The
Watchdog goes to a dead man's switch only.

| alert | severity | component | for | summary |
| --- | --- | --- | --- | --- |
`

// Page returns docs/alerts.md: all alerts as a Markdown table, most severe first.
func (b Bundle) Page() (string, error) {
	alerts := b.Alerts()
	slices.SortStableFunc(alerts, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Labels["severity"], b.Labels["severity"]),
			cmp.Compare(a.Labels["component"], b.Labels["component"]))
	})
	var page strings.Builder
	page.WriteString(pageHead)
	for _, alert := range alerts {
		summary, err := alert.genericSummary()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&page, "| [%s](runbooks/%s.md) | %s | %s | %s | %s |\n", alert.Alert, alert.Alert,
			alert.Labels["severity"], alert.Labels["component"], cmp.Or(alert.For, "0s"), summary)
	}
	page.WriteString(shopsSection + shops)
	return page.String(), nil
}

var labelReference = regexp.MustCompile(`\$labels\.(\w+)`)

// genericSummary returns the summary with {name} in place of each label's value.
func (r Rule) genericSummary() (string, error) {
	text := r.Annotations["summary"]
	labels := map[string]string{}
	for _, match := range labelReference.FindAllStringSubmatch(text, -1) {
		labels[match[1]] = "{" + match[1] + "}"
	}
	summary, err := template.New(r.Alert).Parse("{{ $labels := . }}" + text)
	if err != nil {
		return "", fmt.Errorf("parsing the summary of %s: %w", r.Alert, err)
	}
	var result strings.Builder
	if err := summary.Execute(&result, labels); err != nil {
		return "", fmt.Errorf("rendering the summary of %s: %w", r.Alert, err)
	}
	return result.String(), nil
}
