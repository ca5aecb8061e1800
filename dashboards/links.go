package dashboards

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/aimarketplace/monitoring/rules"
)

// tag selects the boards that link to each other.
const tag = "marketplace"

// boardLinks links to the other boards and keeps variables and time range.
func boardLinks() cog.Builder[dashboard.DashboardLink] {
	return dashboard.NewDashboardLinkBuilder("Boards").
		Type(dashboard.DashboardLinkTypeDashboards).
		Icon("external link").
		Tags([]string{tag}).
		AsDropdown(false).
		IncludeVars(true).
		KeepTime(true)
}

// drilldown links values to a board with more detail. It keeps environment and time range.
func (p Panel) drilldown() []dashboard.DashboardLink {
	if p.DrilldownUID == "" {
		return nil
	}
	url := "/d/" + p.DrilldownUID + "?${environment:queryparam}&${__url_time_range}"
	return []dashboard.DashboardLink{{Title: "Details", Url: &url}}
}

// alertAnnotations marks on all graphs when the condition of a P0 or P1 alert began. Without
// UseValueForTime, Grafana would fill the graphs for as long as an alert fires.
func alertAnnotations(matcher string) cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().
		Name("P0 and P1 alerts").
		Datasource(datasource()).
		Enable(true).
		IconColor("red").
		Expr("1000 * " + activeSince(`severity=~"P0|P1"`, matcher)). // in milliseconds
		UseValueForTime(true).
		Step("60s").
		TitleFormat("{{alertname}}").
		TextFormat("{{severity}} {{component}}").
		TagKeys("severity,component")
}

// deployAnnotations marks on all graphs when a new version of the application was first reported.
// The value stays the same for the hour in which the series exists, so that each deployment has one
// mark.
func deployAnnotations() cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().
		Name("Deployments").
		Datasource(datasource()).
		Enable(true).
		IconColor("blue").
		Expr(`1000 * environment:marketplace_app_deployed:timestamp{environment=~"$environment|"}`). // in milliseconds
		UseValueForTime(true).
		Step("60s").
		TitleFormat("Version {{version}}").
		TextFormat("deployed to {{environment}}").
		TagKeys("version,environment")
}

// runbooksURL is where docs/runbooks is readable. Notifications have it in
// alertmanager/templates/settings.tmpl.
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
func runbookLinks() override {
	return byName("alertname",
		property{Id: "displayName", Value: "alert"},
		property{Id: "links", Value: []map[string]any{
			{"title": "Runbook", "url": "${runbooks:raw}/${__value.text}.md", "targetBlank": true},
		}},
	)
}

// panelLinks shows the panel of each alert in the column panel, which contains the name of the
// alert, and links to it. Grafana cannot read the annotation of a firing alert from a series.
func panelLinks(alerts []rules.Rule) override {
	paths := map[string]map[string]any{}
	for _, alert := range alerts {
		paths[alert.Alert] = map[string]any{"text": strings.Replace(alert.Annotations["panel"], "/", "?viewPanel=", 1)}
	}
	return byName("panel",
		property{Id: "mappings", Value: []map[string]any{{"type": "value", "options": paths}}},
		property{Id: "links", Value: []map[string]any{
			{"title": "Panel", "url": "/d/${__value.text:raw}&${environment:queryparam}&${__url_time_range}"},
		}},
	)
}
