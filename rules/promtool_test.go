package rules_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

const stories = "../promtool-tests"

func TestPromtoolLint(t *testing.T) {
	t.Parallel()
	out, err := tool(t, "promtool", append([]string{"check", "rules", "--lint=all", "--lint-fatal"}, allFiles(t)...)...)
	require.NoError(t, err, out)
}

// pint finds mistakes that promtool does not: templates with unknown labels, comparisons that are
// always true.
func TestPintLint(t *testing.T) {
	t.Parallel()
	args := []string{"--no-color", "--offline", "--config", ".pint.hcl", "lint", "--fail-on=warning"}
	out, err := tool(t, "pint", append(args, allFiles(t)...)...)
	require.NoError(t, err, out)
}

func TestPintFindsUnknownLabels(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "wrong.yml")
	wrong := "groups: [{name: g, rules: [{alert: A, expr: 'sum(up) == 0', annotations: {summary: 'no {{ $labels.nosuch }}'}}]}]"
	require.NoError(t, os.WriteFile(file, []byte(wrong), 0o600))
	out, err := tool(t, "pint", "--no-color", "--offline", "--config", ".pint.hcl", "lint", "--fail-on=warning", file)
	require.Error(t, err)
	require.Contains(t, out, "nosuch")
}

// allFiles returns the shipped files, including those that are not loaded by default.
func allFiles(t *testing.T) []string {
	t.Helper()
	return append(glob(t, "."), glob(t, "compat")...)
}

func glob(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func tool(t *testing.T, name string, args ...string) (output string, err error) {
	t.Helper()
	path, err := toolbox.Path(name)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, args...)
	command.Env = append(os.Environ(), "GOGC=400") // short runs: memory costs less than garbage collection
	out, err := command.CombinedOutput()
	return string(out), err
}
