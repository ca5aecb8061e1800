package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type prometheusConfig struct {
	Global struct {
		ScrapeInterval     string            `yaml:"scrape_interval"`
		EvaluationInterval string            `yaml:"evaluation_interval"`
		ExternalLabels     map[string]string `yaml:"external_labels"`
	}
	Alerting struct {
		Alertmanagers []targets
	}
	ScrapeConfigs []struct {
		Job         string `yaml:"job_name"`
		HonorLabels bool   `yaml:"honor_labels"`
		targets     `yaml:",inline"`
	} `yaml:"scrape_configs"`
}

type targets struct {
	StaticConfigs []struct {
		Targets []string
		Labels  map[string]string
	} `yaml:"static_configs"`
}

func readPrometheusConfig(t *testing.T) prometheusConfig {
	t.Helper()
	var config prometheusConfig
	readYAML(t, "prometheus/prometheus.yml", &config)
	return config
}

// requireService checks that an address, such as exporter:9847, has the name of a service and its
// published port.
func requireService(t *testing.T, address string) {
	t.Helper()
	host, port, _ := strings.Cut(address, ":")
	s, found := compose(t).Services[host]
	require.True(t, found, "no service %s", host)
	require.True(t, strings.HasSuffix(s.Ports[0], ":"+port), "%s does not listen on %s", host, port)
}

func TestPrometheusScrapesTheComposition(t *testing.T) {
	config := readPrometheusConfig(t)
	var jobs []string
	for _, scrape := range config.ScrapeConfigs {
		jobs = append(jobs, scrape.Job)
		require.Equal(t, scrape.Job == "marketplace_exporter", scrape.HonorLabels, "%s: only rows of drains have an environment of their own", scrape.Job)
		for _, static := range scrape.StaticConfigs {
			for _, target := range static.Targets {
				requireService(t, strings.Replace(target, "localhost", "prometheus", 1))
			}
			require.Equal(t, config.Global.ExternalLabels, static.Labels, "targets and alerts have the same environment")
		}
	}
	require.Equal(t, []string{"marketplace_exporter", "prometheus", "alertmanager"}, jobs, "rules and boards select the first two by name")
	for _, alertmanager := range config.Alerting.Alertmanagers {
		requireService(t, alertmanager.StaticConfigs[0].Targets[0])
	}
	require.NotEmpty(t, config.Alerting.Alertmanagers)
}

func TestTrafficSendsDrainsToTheExporter(t *testing.T) {
	c := compose(t)
	exporter, traffic := c.Services["exporter"], c.Services["traffic"]
	require.Contains(t, exporter.Command, "--inbound.listen-address=:9848")
	require.Equal(t, "http://exporter:9848", traffic.Environment["DEMO_VERCEL_URL"])
	require.True(t, slices.ContainsFunc(traffic.Networks, func(n string) bool { return slices.Contains(exporter.Networks, n) }))
	file := secret{"vercel_drain_secret", "/run/secrets/vercel_drain_secret"}
	require.Contains(t, exporter.Secrets, file)
	require.Contains(t, exporter.Command, "--vercel.secret-file="+file.Target)
	require.Contains(t, traffic.Secrets, file)
	require.Equal(t, file.Target, traffic.Environment["DEMO_VERCEL_SECRET_FILE"])
	require.Equal(t, "production", readPrometheusConfig(t).Global.ExternalLabels["environment"], "the environment of metrics without one")
}

// The notification times that alertmanager/notice_test.go computes assume both intervals.
func TestPrometheusUsesTheDocumentedIntervals(t *testing.T) {
	global := readPrometheusConfig(t).Global
	require.Equal(t, "15s", global.ScrapeInterval)
	require.Equal(t, "15s", global.EvaluationInterval)
}

type dataSources struct {
	Datasources []struct {
		UID       string
		Type      string
		URL       string
		IsDefault bool              `yaml:"isDefault"`
		JSONData  map[string]string `yaml:"jsonData"`
	}
}

func TestGrafanaHasTheDataSourceOfTheBoards(t *testing.T) {
	var provisioned dataSources
	readYAML(t, "grafana/provisioning/datasources/prometheus.yml", &provisioned)
	require.Len(t, provisioned.Datasources, 1)
	source := provisioned.Datasources[0]
	requireService(t, strings.TrimPrefix(source.URL, "http://"))
	require.Equal(t, readPrometheusConfig(t).Global.ScrapeInterval, source.JSONData["timeInterval"])

	boards, err := filepath.Glob(filepath.Join(root, "dashboards", "json", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, boards)
	for _, path := range boards {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var board struct {
			Templating struct {
				List []struct {
					Name, Type string
					Query      any
					Current    struct{ Value any }
				}
			}
		}
		require.NoError(t, json.Unmarshal(text, &board), path)
		selected := board.Templating.List[0]
		require.Equal(t, "datasource", selected.Type, path)
		require.Equal(t, source.Type, selected.Query, path)
		require.Equal(t, "default", selected.Current.Value, path)
		require.True(t, source.IsDefault, "%s uses the default data source", path)
		requireDataSources(t, text, source.UID)
	}
}

// requireDataSources checks that a board queries only the selected data source, the provisioned one
// and Grafana itself.
func requireDataSources(t *testing.T, board []byte, uid string) {
	t.Helper()
	var whole any
	require.NoError(t, json.Unmarshal(board, &whole))
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if source, found := value["datasource"].(map[string]any); found {
				require.Contains(t, []any{"${datasource}", "-- Grafana --", uid}, source["uid"])
			}
			for _, inner := range value {
				walk(inner)
			}
		case []any:
			for _, inner := range value {
				walk(inner)
			}
		}
	}
	walk(whole)
}

func TestGrafanaFindsTheBoards(t *testing.T) {
	var provider struct {
		Providers []struct {
			Options struct{ Path string }
		}
	}
	readYAML(t, "grafana/provisioning/dashboards/marketplace.yml", &provider)
	s := compose(t).Services["grafana"]
	paths := s.onHost(t)
	require.Len(t, provider.Providers, 1)
	require.FileExists(t, firstFile(t, paths.Replace(provider.Providers[0].Options.Path)))
	require.FileExists(t, paths.Replace(s.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]))
}
