package rules_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// A silence with a label that the alert does not have silences nothing. One without a label that
// every such alert has would silence the alerts of other routes or drains as well.
func TestRunbooksSilenceTheirAlert(t *testing.T) {
	t.Parallel()
	always, sometimes := alertLabels(t)
	for name, text := range readRunbooks(t) {
		if name == "Watchdog" { // silencing it is a false alarm
			continue
		}
		silences := commands(text, "amtool silence add alertname="+name+" ")
		require.NotEmpty(t, silences, "%s has no command that silences its alert", name)
		for _, silence := range silences {
			matchers, _, _ := strings.Cut(silence, " --")
			var labels []string
			for _, matcher := range regexp.MustCompile(`(\w+)=`).FindAllStringSubmatch(matchers, -1) {
				labels = append(labels, matcher[1])
			}
			require.Subset(t, labels, always[name], "%s: %s lacks a label", name, silence)
			require.Subset(t, append(sometimes[name], "alertname", "environment"), labels, "%s: %s has an unknown label", name, silence)
		}
	}
}

// alertLabels returns the labels that all firing stories of an alert expect, and those that any
// does, besides severity and component.
func alertLabels(t *testing.T) (always, sometimes map[string][]string) {
	t.Helper()
	always, sometimes = map[string][]string{}, map[string][]string{}
	for _, s := range allStories(t) {
		for _, test := range s.Alerts {
			for _, expected := range test.Expected {
				var labels []string
				for label := range expected.Labels {
					if label != "severity" && label != "component" {
						labels = append(labels, label)
					}
				}
				if _, found := always[test.AlertName]; !found {
					always[test.AlertName] = labels
				}
				always[test.AlertName] = slices.DeleteFunc(slices.Clone(always[test.AlertName]), func(label string) bool {
					return !slices.Contains(labels, label)
				})
				sometimes[test.AlertName] = append(sometimes[test.AlertName], labels...)
			}
		}
	}
	return always, sometimes
}

// commands returns the commands of the shell blocks that start with a prefix, each on one line.
func commands(page, prefix string) []string {
	var found []string
	for _, block := range blocks(page, "sh") {
		for line := range strings.Lines(strings.ReplaceAll(block, "\\\n", "")) {
			if strings.HasPrefix(line, prefix) {
				found = append(found, strings.Join(strings.Fields(line), " "))
			}
		}
	}
	return found
}

// Commands are in sh blocks, where the tests of this file find them.
func TestRunbookShellIsValid(t *testing.T) {
	t.Parallel()
	programs := []string{
		"amtool", "curl", "date", "dig", "docker", "grep", "jq", "kill", "kubectl", "marketplace_exporter", "openssl", "promtool", "psql", "stripe", "vercel",
	}
	for name, text := range readRunbooks(t) {
		for _, block := range blocks(text, "sh") {
			out, err := exec.CommandContext(t.Context(), "sh", "-n", "-c", block).CombinedOutput()
			require.NoError(t, err, "%s: %s", name, out)
			continued := regexp.MustCompile(`(\\|\|)\n\s*`).ReplaceAllString(block, "$1 ")
			for line := range strings.Lines(continued) {
				require.Contains(t, programs, strings.Fields(line)[0], name)
			}
		}
	}
}

func TestRunbookAmtoolCommandsRun(t *testing.T) {
	t.Parallel()
	env := amtoolEnvironment(t)
	count := 0
	for name, text := range readRunbooks(t) {
		for _, command := range commands(text, "amtool ") {
			if strings.Contains(command, "check-config") { // reads the installed file
				continue
			}
			shell := exec.CommandContext(t.Context(), "sh", "-c", command)
			shell.Env = env
			out, err := shell.CombinedOutput()
			require.NoError(t, err, "%s: %s\n%s", name, command, out)
			count++
		}
	}
	require.Greater(t, count, 40)
}

// amtoolEnvironment returns the environment of a shell in which amtool connects to an Alertmanager,
// configured as in alertmanager/README.md.
func amtoolEnvironment(t *testing.T) []string {
	t.Helper()
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	const nowhere = "http://127.0.0.1:1"
	server, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: receivers.Access{
		SMTP: "127.0.0.1:1", Slack: nowhere, PagerDuty: nowhere, SNS: nowhere, DeadMansSwitch: nowhere, Phone: "+8210",
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	amtool, err := toolbox.Path("amtool")
	require.NoError(t, err)
	home := t.TempDir()
	require.NoError(t, os.Symlink(amtool, filepath.Join(home, "amtool")))
	config := filepath.Join(home, ".config", "amtool")
	require.NoError(t, os.MkdirAll(config, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(config, "config.yml"), []byte("alertmanager.url: "+server.URL()+"\n"), 0o600))
	return []string{"HOME=" + home, "PATH=" + home + ":" + os.Getenv("PATH")}
}

// The flags are those of the CLI's reference, https://vercel.com/docs/cli.
func TestRunbookVercelCommandsExist(t *testing.T) {
	t.Parallel()
	known := regexp.MustCompile(`^vercel (list --prod|rollback( (status|URL))?|inspect URL( --logs)?|promote URL|redeploy URL|` +
		`certs (ls|issue DOMAIN)|env ls production|domains inspect SHOP|` +
		`logs( --(environment production|level (error|fatal)|status-code [45](xx|\d\d)|since \d+[mhd]|query '[^']+'|expand))+)( +#.*)?$`)
	for name, text := range readRunbooks(t) {
		for _, command := range commands(text, "vercel ") {
			require.Regexp(t, known, command, name)
		}
	}
}

// Metrics in shell commands may be the beginning of a name, for grep.
func TestRunbookCommandsNameKnownMetrics(t *testing.T) {
	t.Parallel()
	var known []string
	for name := range exposed(t) {
		known = append(known, name)
	}
	for name, text := range readRunbooks(t) {
		for _, block := range blocks(text, "sh") {
			for _, metric := range regexp.MustCompile(`grep [^|\n]*?[^:\w]((?:marketplace|pg)_\w+)`).FindAllStringSubmatch(block, -1) {
				require.True(t, slices.ContainsFunc(known, func(name string) bool { return strings.HasPrefix(name, metric[1]) }),
					"%s searches for %s", name, metric[1])
			}
		}
	}
}

func TestRunbooksNameWhatExists(t *testing.T) {
	t.Parallel()
	alerts := []string{"SendGrid", "TossPayments", "MiB", "GiB", "PgBouncer", "PagerDuty", "UptimeRobot", "PaymentIntents"} // no alerts
	for _, alert := range load(t).Alerts() {
		alerts = append(alerts, alert.Alert)
	}
	flags, panels := flagNames(t), panelTitles(t)
	for name, text := range readRunbooks(t) {
		prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
		for _, word := range regexp.MustCompile(`\b[A-Z]+[a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+\b`).FindAllString(prose, -1) {
			require.Contains(t, alerts, word, "%s names an unknown alert", name)
		}
		for _, flag := range regexp.MustCompile("`(--[a-z][\\w.-]+)").FindAllStringSubmatch(prose, -1) {
			require.Contains(t, flags, " "+flag[1], "%s names an unknown flag", name)
		}
		for _, path := range regexp.MustCompile("`((?:rules|deploy|docs|exporter|alertmanager)/[^`]*)`").FindAllStringSubmatch(prose, -1) {
			if path[1] != "rules/overrides.yml" { // the operator's own file
				require.FileExists(t, filepath.Join("..", path[1]), name)
			}
		}
		for _, panel := range regexp.MustCompile("`([A-Z][\\w &]+ / [^`]+)`").FindAllStringSubmatch(prose, -1) {
			require.Contains(t, panels, strings.Join(strings.Fields(panel[1]), " "), "%s names an unknown panel", name)
		}
	}
}

// flagNames returns the help of the programs whose flags runbooks name.
func flagNames(t *testing.T) string {
	t.Helper()
	exporter, err := exec.CommandContext(t.Context(), "go", "run", "../exporter", "--help").CombinedOutput()
	require.NoError(t, err, string(exporter))
	prometheus, err := tool(t, "prometheus", "--help")
	require.NoError(t, err, prometheus)
	return strings.ReplaceAll(string(exporter)+prometheus, "--[no-]", "--")
}

// panelTitles returns the panels of all boards, as "API / Error rate".
func panelTitles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../dashboards/json/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var titles []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		type panel struct {
			Title  string
			Panels []struct{ Title string }
		}
		var board struct {
			Title  string
			Panels []panel
		}
		require.NoError(t, json.Unmarshal(text, &board), file)
		prefix := strings.TrimPrefix(board.Title, "Marketplace / ") + " / "
		for _, p := range board.Panels {
			titles = append(titles, prefix+p.Title)
			for _, inner := range p.Panels {
				titles = append(titles, prefix+inner.Title)
			}
		}
	}
	return titles
}
