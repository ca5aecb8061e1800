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

All alerts of ` + "`rules/`" + `, most severe first. Each links to its runbook. ` + "`{label}`" + ` in a summary stands for the
value of a label. [Limits](#limits) lists the thresholds.

| severity | notification | response |
| --- | --- | --- |
| P0 | PagerDuty, Slack, email and SMS | 5 minutes |
| P1 | PagerDuty (urgent outside business hours only), Slack and email | 15 minutes |
| P2 | Slack | 1 hour |
| P3 | email in business hours | next business day |

[alertmanager/README.md](../alertmanager/README.md) describes receivers, timings and inhibitions. The
Watchdog goes only to a dead man's switch; MaintenanceActive, and alerts of environments other than
production, go only to Slack.

Runbooks contain commands. Words in capitals, such as ROUTE, are placeholders, and ` + "`DATABASE_URL`" + ` is the connection
URL of the database. Copy the labels of a silence from the notification. On the machine where you run the
commands:

- ` + "`amtool`" + ` reads the address of Alertmanager from ` + "`~/.config/amtool/config.yml`" + `: the line
  ` + "`alertmanager.url: http://ALERTMANAGER:9093`" + `.
- ` + "`vercel`" + ` needs ` + "`vercel login`" + `, and ` + "`vercel link`" + ` in an empty folder.
- Run PromQL in Prometheus or in Grafana, or with ` + "`promtool query instant http://PROMETHEUS:9090 'QUERY'`" + `.

| alert | severity | component | for | summary |
| --- | --- | --- | --- | --- |
`

const limitsSection = `
## Limits

These are the defaults of [thresholds.yml](../rules/thresholds.yml). To change one, add ` + "`override:<limit>`" + ` to
` + "`rules/overrides.yml`" + `, as [overrides.example.yml](../rules/overrides.example.yml) shows. Repeat the labels of the limit.
To restrict the override to an environment or a server, add labels of the last column. A table has one entry
for each combination of the labels in that column; the value 0 removes an entry.

| limit | default | override by |
| --- | --- | --- |
`

// Page returns docs/alerts.md: all alerts as a Markdown table, most severe first, the results of the
// simulated shops, and all limits.
func (b Bundle) Page() (string, error) {
	alerts := b.Alerts()
	slices.SortStableFunc(alerts, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Labels["severity"], b.Labels["severity"]),
			cmp.Compare(a.Labels["component"], b.Labels["component"]))
	})
	var page strings.Builder
	page.WriteString(pageHead)
	for _, alert := range alerts {
		summary, err := alert.generic(alert.Annotations["summary"])
		if err != nil {
			return "", err
		}
		component, err := alert.generic(alert.Labels["component"])
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&page, "| [%s](runbooks/%s.md) | %s | %s | %s | %s |\n", alert.Alert, alert.Alert,
			alert.Labels["severity"], component, cmp.Or(alert.For, "0s"), summary)
	}
	page.WriteString(shopsSection + shops)
	page.WriteString(limitsSection)
	b.writeLimits(&page)
	return page.String(), nil
}

// writeLimits writes a row for each limit and each table.
func (b Bundle) writeLimits(page *strings.Builder) {
	tables := map[string]bool{}
	for _, group := range b.Groups {
		for _, rule := range group.Rules {
			name, found := strings.CutPrefix(rule.Record, defaultPrefix)
			switch {
			case !found || tables[name]:
			case isTable(rule):
				tables[name] = true
				fmt.Fprintf(page, "| `%s` | table | %s |\n", name, strings.Join(sortedKeys(rule.Labels), ", "))
			default:
				value := strings.TrimSuffix(strings.TrimPrefix(rule.Expr, vectorPrefix), ")")
				limit := strings.TrimSuffix(selector(name, rule.Labels), "{}")
				fmt.Fprintf(page, "| `%s` | %s | %s |\n", limit, value, strings.Join(scope(group.Name, name), ", "))
			}
		}
	}
}

var labelReference = regexp.MustCompile(`\$labels\.(\w+)`)

// generic returns a text of the alert with {name} in place of each label's value.
func (r Rule) generic(text string) (string, error) {
	labels := map[string]string{}
	for _, match := range labelReference.FindAllStringSubmatch(text, -1) {
		labels[match[1]] = "{" + match[1] + "}"
	}
	parsed, err := template.New(r.Alert).Parse("{{ $labels := . }}" + text)
	if err != nil {
		return "", fmt.Errorf("parsing a text of %s: %w", r.Alert, err)
	}
	var result strings.Builder
	if err := parsed.Execute(&result, labels); err != nil {
		return "", fmt.Errorf("rendering a text of %s: %w", r.Alert, err)
	}
	return result.String(), nil
}
