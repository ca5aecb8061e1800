package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Variable is a selector at the top of a board.
type Variable struct {
	Name, Label, Description string
	// Metric and FromLabel define the options: the values of a label of a metric.
	Metric, FromLabel string
	// Default is the initially selected option. If it is empty, all options are selected.
	Default string
	// EmptyReason explains why there may be no options.
	EmptyReason string
}

// targetEnvironment selects by the label that the scrape configuration sets on targets.
func targetEnvironment() Variable {
	return Variable{
		Name: "environment", Label: "Environment", Metric: "up", FromLabel: "environment", Default: "production",
		Description: "Environment of the marketplace, as labeled in Prometheus' scrape configuration. Select All if " +
			"targets are not labeled.",
		EmptyReason: "a Prometheus for one environment need not label it",
	}
}

// requestEnvironment selects by the environment that Vercel reports with each row, such as preview.
// Its options are those of a metric of the board.
func requestEnvironment(metric string) Variable {
	return Variable{
		Name: "environment", Label: "Environment", Metric: metric, FromLabel: "environment", Default: "production",
		Description: "Environment of the application. Counts of several environments are added.",
	}
}

// origin selects the source of request metrics.
func origin() Variable {
	return Variable{
		Name: "origin", Label: "Origin", Metric: series("origin:http_requests:rate5m"), FromLabel: "origin",
		Description: "Source of the request metrics: Vercel's drains or a scraped application. Each covers all " +
			"requests.",
	}
}

func datname() Variable {
	return Variable{
		Name: "datname", Label: "Database", Metric: series("pg_stat_database_numbackends"), FromLabel: "datname",
		Description: "Databases of the server. Metrics of the whole server have the database that the exporter " +
			"connects to.",
	}
}

func (v Variable) build() cog.Builder[dashboard.VariableModel] {
	definition := "label_values(" + v.Metric + ", " + v.FromLabel + ")"
	text, value := "All", "$__all"
	if v.Default != "" {
		text, value = v.Default, v.Default
	}
	return dashboard.NewQueryVariableBuilder(v.Name).
		Label(v.Label).
		Description(v.Description).
		Datasource(datasource()).
		Query(dashboard.StringOrMap{String: &definition}).
		Definition(definition).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		AllValue(".*"). // also matches series without the label, so that All works without environments
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{text}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{value}},
		})
}

// datasource refers to the data source that is selected at the top of the board.
func datasource() common.DataSourceRef {
	kind, uid := "prometheus", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func datasourceVariable() cog.Builder[dashboard.VariableModel] {
	name := dashboard.StringOrArrayOfString{String: cog.ToPtr("default")}
	return dashboard.NewDatasourceVariableBuilder("datasource").
		Label("Data source").
		Description("The Prometheus to query.").
		Type("prometheus").
		Current(dashboard.VariableOption{Text: name, Value: name})
}
