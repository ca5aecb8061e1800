package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// everything matches a label that is missing, too: a Prometheus without environments shows all that it has.
const everything = ".*"

// environment tells production from staging. Prometheus puts the label on targets.
func environment() Variable {
	return Variable{
		Name: "environment", Label: "Environment", Metric: "up", Of: "environment",
		About:      "Where the marketplace runs, as the scrape configuration labels it.",
		MayBeEmpty: "a Prometheus that watches one environment need not label it",
	}
}

// application is the environment that requests and rows name themselves, which Prometheus does not know from targets.
// Series are those that the board is about.
func application(series string) Variable {
	return Variable{
		Name: "environment", Label: "Environment", Metric: series, Of: "environment",
		About: "Where the application runs. With all of them, counts add previews to production.",
	}
}

// origin tells apart those who tell of the same requests.
func origin() Variable {
	return Variable{
		Name: "origin", Label: "Origin", Metric: in("origin:http_requests:rate5m"), Of: "origin",
		About: "Who tells of requests: Vercel's drains, or an application that is scraped. Each tells the whole.",
	}
}

func datname() Variable {
	return Variable{
		Name: "datname", Label: "Database", Metric: in("pg_stat_database_numbackends"), Of: "datname",
		About: "Databases of the server. What is counted for the server as a whole is under the one that the exporter connects to.",
	}
}

// definition is how Grafana asks for the values.
func (v Variable) definition() string { return "label_values(" + v.Metric + ", " + v.Of + ")" }

// build lets all values be chosen at once, and does so at first.
func (v Variable) build() cog.Builder[dashboard.VariableModel] {
	definition := v.definition()
	return dashboard.NewQueryVariableBuilder(v.Name).
		Label(v.Label).
		Description(v.About).
		Datasource(datasource()).
		Query(dashboard.StringOrMap{String: &definition}).
		Definition(definition).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		AllValue(everything).
		Current(option([]string{"All"}, []string{"$__all"}))
}

const datasourceVariable = "datasource"

// datasource is the chosen one: no board names a Prometheus.
func datasource() common.DataSourceRef {
	kind, uid := "prometheus", "${"+datasourceVariable+"}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func datasourceChoice() cog.Builder[dashboard.VariableModel] {
	name := "default"
	return dashboard.NewDatasourceVariableBuilder(datasourceVariable).
		Label("Data source").
		Description("The Prometheus to ask.").
		Type("prometheus").
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: &name},
			Value: dashboard.StringOrArrayOfString{String: &name},
		})
}

func option(text, value []string) dashboard.VariableOption {
	return dashboard.VariableOption{
		Text:  dashboard.StringOrArrayOfString{ArrayOfString: text},
		Value: dashboard.StringOrArrayOfString{ArrayOfString: value},
	}
}
