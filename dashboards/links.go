package dashboards

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/aimarketplace/monitoring/rules"
)

// runbooksURL is where docs/runbooks is readable. Notifications have it in alertmanager/templates/links.tmpl.
const runbooksURL = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks"

// runbooksVariable is hidden and holds runbooksURL, so that generated files contain the URL once.
func runbooksVariable() cog.Builder[dashboard.VariableModel] {
	url := runbooksURL
	return dashboard.NewConstantVariableBuilder("runbooks").
		Label("Runbooks").
		Description("Base URL of the runbooks.").
		Value(dashboard.StringOrMap{String: &url})
}

// runbookLinks links the alert column of a table to runbooks.
func runbookLinks() dashboard.DashboardFieldConfigSourceOverrides {
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byName", Options: "alertname"},
		Properties: []dashboard.DynamicConfigValue{
			{Id: "displayName", Value: "alert"},
			{Id: "links", Value: []map[string]any{
				{"title": "Runbook", "url": "${runbooks:raw}/${__value.text}.md", "targetBlank": true},
			}},
		},
	}
}

// panelLinks shows the panel of each alert in the column panel, which contains the name of the alert, and links to it.
// Grafana cannot read the annotation of a firing alert from a series.
func panelLinks(alerts []rules.Rule) dashboard.DashboardFieldConfigSourceOverrides {
	paths := map[string]map[string]any{}
	for _, alert := range alerts {
		paths[alert.Alert] = map[string]any{"text": strings.Replace(alert.Annotations["panel"], "/", "?viewPanel=", 1)}
	}
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byName", Options: "panel"},
		Properties: []dashboard.DynamicConfigValue{
			{Id: "mappings", Value: []map[string]any{{"type": "value", "options": paths}}},
			{Id: "links", Value: []map[string]any{
				{"title": "Panel", "url": "/d/${__value.text:raw}&${environment:queryparam}&${__url_time_range}"},
			}},
		},
	}
}

// drilldown links values to a board with more detail. It keeps environment and time range.
func (p Panel) drilldown() []dashboard.DashboardLink {
	if p.DrilldownUID == "" {
		return nil
	}
	url := "/d/" + p.DrilldownUID + "?${environment:queryparam}&${__url_time_range}"
	return []dashboard.DashboardLink{{Title: "Details", Url: &url}}
}
