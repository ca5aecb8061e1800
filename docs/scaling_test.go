package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := toolbox.Path(name)
	require.NoError(t, err)
	return path
}

func help(t *testing.T, program string, args ...string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), program, append(args, "--help")...).CombinedOutput()
	require.NoError(t, err, string(text))
	return string(text)
}

// Flags of Thanos are taken on trust: it is none of the tools here.
func TestFlagsOfScalingExist(t *testing.T) {
	thanos := []string{"--query.replica-label", "--rule-file", "--label", "--alert.label-drop"}
	known := help(t, "go", "run", "../exporter") + help(t, tool(t, "alertmanager")) + help(t, tool(t, "prometheus"))
	var checked int
	for _, flag := range regexp.MustCompile(`--[a-z][a-z.-]+`).FindAllString(read(t, "scaling.md"), -1) {
		if !slices.Contains(thanos, flag) {
			require.Regexp(t, regexp.QuoteMeta(flag)+`\b`, known)
			checked++
		}
	}
	require.Greater(t, checked, 15)
}

// The blocks are parts of one configuration.
func TestPrometheusTakesTheConfigurationOfScaling(t *testing.T) {
	var config strings.Builder
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(read(t, "scaling.md"), -1) {
		config.WriteString(block[1])
	}
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "token"), []byte("secret"), 0o600))
	text := strings.ReplaceAll(config.String(), "/etc/prometheus/secrets/mimir_token", filepath.Join(folder, "token"))
	file := filepath.Join(folder, "prometheus.yml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	output, err := exec.CommandContext(t.Context(), tool(t, "promtool"), "check", "config", file).CombinedOutput()
	require.NoError(t, err, string(output))
}

func TestAlertsAndMetricsOfScalingExist(t *testing.T) {
	known := read(t, "metrics.md")
	for _, alert := range bundle(t).Alerts() {
		known += "`" + alert.Alert + "`"
	}
	own := regexp.MustCompile("`((?:pg_|marketplace_)[a-z_]+|[A-Z][a-z]+(?:[A-Z][A-Za-z]+)+)`")
	for _, found := range own.FindAllStringSubmatch(read(t, "scaling.md"), -1) {
		require.Contains(t, known, "`"+found[1]+"`")
	}
}
