package alertmanager_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/alertmanager"
)

// shipped contains the fields of alertmanager.yml that tests check.
type shipped struct {
	Global        map[string]any `yaml:"global"`
	Route         route          `yaml:"route"`
	Receivers     []map[string]any
	TimeIntervals []any `yaml:"time_intervals"`
}

type route struct {
	Receiver            string
	GroupWait           duration `yaml:"group_wait"`
	GroupInterval       duration `yaml:"group_interval"`
	RepeatInterval      duration `yaml:"repeat_interval"`
	ActiveTimeIntervals []string `yaml:"active_time_intervals"`
	Routes              []route
}

// duration decodes Prometheus durations such as 1d.
type duration struct{ time.Duration }

func (d *duration) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := model.ParseDuration(node.Value)
	d.Duration = time.Duration(parsed)
	return err
}

func loadShipped(t *testing.T) shipped {
	t.Helper()
	var config shipped
	require.NoError(t, yaml.Unmarshal([]byte(shippedText(t, alertmanager.ConfigFile)), &config))
	return config
}

func shippedText(t *testing.T, file string) string {
	t.Helper()
	text, err := fs.ReadFile(alertmanager.Files, file)
	require.NoError(t, err)
	return string(text)
}

// routeTo returns the first route to a receiver.
func (s shipped) routeTo(t *testing.T, receiver string) route {
	t.Helper()
	for _, r := range s.Route.Routes {
		if r.Receiver == receiver {
			return r
		}
	}
	require.FailNow(t, "no route", receiver)
	return route{}
}

func TestTimings(t *testing.T) {
	for severity, want := range map[string][3]time.Duration{
		"P0": {10 * time.Second, time.Minute, time.Hour},
		"P1": {30 * time.Second, 5 * time.Minute, 2 * time.Hour},
		"P2": {2 * time.Minute, 15 * time.Minute, 12 * time.Hour},
		"P3": {10 * time.Minute, time.Hour, 24 * time.Hour},
	} {
		r := loadShipped(t).routeTo(t, severity)
		require.Equal(t, want, [3]time.Duration{r.GroupWait.Duration, r.GroupInterval.Duration, r.RepeatInterval.Duration}, severity)
	}
}

func TestBusinessHours(t *testing.T) {
	config := loadShipped(t)
	require.Equal(t, []any{map[string]any{
		"name": "business-hours",
		"time_intervals": []any{map[string]any{
			"weekdays": []any{"monday:friday"},
			"times":    []any{map[string]any{"start_time": "09:00", "end_time": "18:00"}},
			"location": "Asia/Seoul",
		}},
	}}, config.TimeIntervals)
	for _, r := range config.Route.Routes {
		if r.Receiver == "P3" {
			require.Equal(t, []string{"business-hours"}, r.ActiveTimeIntervals)
		} else {
			require.Empty(t, r.ActiveTimeIntervals, "%s is never muted", r.Receiver)
		}
	}
}

func TestChannelsOfReceivers(t *testing.T) {
	got := map[string][]string{}
	for _, receiver := range loadShipped(t).Receivers {
		name := receiver["name"].(string)
		got[name] = []string{}
		for _, channel := range []string{"email_configs", "pagerduty_configs", "slack_configs", "sns_configs", "webhook_configs"} {
			if receiver[channel] != nil {
				got[name] = append(got[name], channel)
				delete(receiver, channel)
			}
		}
		require.Equal(t, map[string]any{"name": name}, receiver, "unexpected channel")
	}
	require.Equal(t, map[string][]string{
		"P0":               {"email_configs", "pagerduty_configs", "slack_configs", "sns_configs"},
		"P1":               {"email_configs", "slack_configs"},
		"P2":               {"slack_configs"},
		"P3":               {"email_configs"},
		"dead-mans-switch": {"webhook_configs"},
		"unrouted":         {"email_configs", "slack_configs"},
	}, got)
}

func TestSecretsAreFilesListedInTheREADME(t *testing.T) {
	text := shippedText(t, alertmanager.ConfigFile)
	inline := regexp.MustCompile(`(?m)^\s*-?\s*\S*(password|secret|token|routing_key|service_key|api_url|access_key|url): .*$`)
	for _, line := range inline.FindAllString(text, -1) {
		require.Regexp(t, `pagerduty_url: https://events\.pagerduty\.com|client_url: `, line, "a secret in the configuration")
	}
	require.Equal(t, true, loadShipped(t).Global["smtp_require_tls"])

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	paths := regexp.MustCompile(regexp.QuoteMeta(alertmanager.SecretsDir)+`/\w+`).FindAllString(text, -1)
	require.NotEmpty(t, paths)
	// alertmanager.yml refers to the template by a pattern, and only the AWS SDK reads the
	// credentials.
	for _, path := range append(paths, "oncall_phone.tmpl", "aws_credentials") {
		require.Contains(t, string(readme), "| `"+filepath.Base(path)+"` |")
	}
}

func TestBaseURLsAreSetOnce(t *testing.T) {
	text := shippedText(t, alertmanager.ConfigFile)
	templates, err := fs.Glob(alertmanager.Files, "templates/*")
	require.NoError(t, err)
	for _, name := range templates {
		template, err := fs.ReadFile(alertmanager.Files, name)
		require.NoError(t, err)
		text += string(template)
	}
	for _, base := range []string{"docs/runbooks{{ end }}", "https://grafana."} {
		require.Equal(t, 1, strings.Count(text, base), base)
	}
}
