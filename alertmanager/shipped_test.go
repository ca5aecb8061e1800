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
	GroupBy             []string `yaml:"group_by"`
	ActiveTimeIntervals []string `yaml:"active_time_intervals"`
	MuteTimeIntervals   []string `yaml:"mute_time_intervals"`
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
	return load(t, alertmanager.ConfigFile)
}

func load(t *testing.T, file string) shipped {
	t.Helper()
	var config shipped
	require.NoError(t, yaml.Unmarshal([]byte(shippedText(t, file)), &config))
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
	for receiver, want := range map[string][3]time.Duration{
		"P0-page":            {10 * time.Second, time.Minute, time.Hour},
		"P0":                 {10 * time.Second, time.Minute, time.Hour},
		"P0-secondary":       {5 * time.Minute, time.Minute, time.Hour},
		"P0-manager":         {15 * time.Minute, time.Minute, time.Hour},
		"P1-page-day":        {30 * time.Second, time.Minute, 2 * time.Hour},
		"P1-page-night":      {30 * time.Second, time.Minute, 2 * time.Hour},
		"P1":                 {30 * time.Second, 5 * time.Minute, 2 * time.Hour},
		"P2":                 {2 * time.Minute, 15 * time.Minute, 12 * time.Hour},
		"P3":                 {10 * time.Minute, time.Hour, 24 * time.Hour},
		"maintenance":        {30 * time.Second, 5 * time.Minute, 12 * time.Hour},
		"other-environments": {2 * time.Minute, 15 * time.Minute, 12 * time.Hour},
	} {
		require.Equal(t, want, loadShipped(t).routeTo(t, receiver).timings(), receiver)
	}
}

// The routes of slack-only.yml have matchers instead of receivers.
func TestTimingsOfSlackOnly(t *testing.T) {
	var got [][3]time.Duration
	for _, r := range load(t, alertmanager.SlackOnlyFile).Route.Routes {
		got = append(got, r.timings())
	}
	require.Equal(t, [][3]time.Duration{
		{2 * time.Minute, 15 * time.Minute, 12 * time.Hour},
		{0, time.Minute, 24 * time.Hour}, // Watchdog
		{10 * time.Second, time.Minute, time.Hour},
		{30 * time.Second, 5 * time.Minute, 2 * time.Hour},
		{2 * time.Minute, 15 * time.Minute, 12 * time.Hour},
		{10 * time.Minute, time.Hour, 24 * time.Hour},
	}, got)
}

func (r route) timings() [3]time.Duration {
	return [3]time.Duration{r.GroupWait.Duration, r.GroupInterval.Duration, r.RepeatInterval.Duration}
}

func TestBusinessHours(t *testing.T) {
	config := loadShipped(t)
	hours := func(name, start, end string) map[string]any {
		return map[string]any{
			"name": name,
			"time_intervals": []any{map[string]any{
				"weekdays": []any{"monday:friday"},
				"times":    []any{map[string]any{"start_time": start, "end_time": end}},
				"location": "Asia/Seoul",
			}},
		}
	}
	require.Equal(t, []any{
		hours("business-hours", "09:00", "18:00"), hours("business-hours-and-change", "08:55", "18:05"),
	}, config.TimeIntervals)
	active := map[string][]string{"P3": {"business-hours"}, "P1-page-day": {"business-hours-and-change"}}
	muted := map[string][]string{"P1-page-night": {"business-hours"}}
	for _, r := range config.Route.Routes {
		require.Equal(t, active[r.Receiver], r.ActiveTimeIntervals, r.Receiver)
		require.Equal(t, muted[r.Receiver], r.MuteTimeIntervals, r.Receiver)
	}
	for _, r := range load(t, alertmanager.SlackOnlyFile).Route.Routes {
		require.Empty(t, append(r.ActiveTimeIntervals, r.MuteTimeIntervals...))
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
		"P0-page":            {"pagerduty_configs", "sns_configs"},
		"P0-secondary":       {"sns_configs"},
		"P0-manager":         {"sns_configs"},
		"P0":                 {"email_configs", "slack_configs"},
		"P1-page-day":        {"pagerduty_configs"},
		"P1-page-night":      {"pagerduty_configs"},
		"P1":                 {"email_configs", "slack_configs"},
		"P2":                 {"slack_configs"},
		"P3":                 {"email_configs"},
		"maintenance":        {"slack_configs"},
		"other-environments": {"slack_configs"},
		"dead-mans-switch":   {"webhook_configs"},
		"unrouted":           {"email_configs", "slack_configs"},
	}, got)
}

// Both configurations send the same messages to Slack.
func TestSlackMessagesAreEqual(t *testing.T) {
	messages := func(file, receiver string) any {
		for _, r := range load(t, file).Receivers {
			if r["name"] == receiver {
				return r["slack_configs"]
			}
		}
		return nil
	}
	for one, other := range map[string]string{"P2": "slack", "maintenance": "slack", "other-environments": "other-environments"} {
		require.NotEmpty(t, messages(alertmanager.ConfigFile, one))
		require.Equal(t, messages(alertmanager.ConfigFile, one), messages(alertmanager.SlackOnlyFile, other))
	}
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

func TestSettingsAreSetOnce(t *testing.T) {
	text := shippedText(t, alertmanager.ConfigFile) + shippedText(t, alertmanager.SlackOnlyFile)
	templates, err := fs.Glob(alertmanager.Files, "templates/*")
	require.NoError(t, err)
	for _, name := range templates {
		text += shippedText(t, name)
	}
	settings := shippedText(t, "templates/settings.tmpl")
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	definitions := regexp.MustCompile(`define "([\w.]+)"`).FindAllStringSubmatch(settings, -1)
	require.Len(t, definitions, 4)
	for _, definition := range definitions {
		require.Contains(t, string(readme), "| `"+definition[1]+"` |")
	}
	for _, value := range []string{"docs/runbooks{{ end }}", "https://grafana.", "https://prometheus.", "}}<!channel>"} {
		require.Equal(t, 1, strings.Count(text, value), value)
		require.Equal(t, 1, strings.Count(settings, value), value)
	}
}
