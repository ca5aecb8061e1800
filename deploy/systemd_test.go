package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// units returns the names of the services in deploy/systemd.
func units(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("systemd/*.service")
	require.NoError(t, err)
	require.Len(t, paths, 3)
	return paths
}

// settings returns the values of a setting in a unit.
func settings(t *testing.T, unit, name string) []string {
	t.Helper()
	text, err := os.ReadFile(unit)
	require.NoError(t, err)
	var values []string
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, name+"="); found {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

func TestUnitsAreRestricted(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	for _, unit := range units(t) {
		// The threshold is ten times the level that the report shows.
		output, err := exec.CommandContext(t.Context(), analyze, "security", "--no-pager", "--offline=yes", "--threshold=19", unit).CombinedOutput()
		require.NoError(t, err, string(output))
		require.Regexp(t, `Overall exposure level for \S+: 1\.\d`, string(output))
	}
}

// systemd-analyze requires the programs, so the units start /bin/true instead.
func TestUnitsAreValid(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	directory := t.TempDir()
	require.NoError(t, os.CopyFS(directory, os.DirFS("systemd")))
	programs := regexp.MustCompile(`/usr/local/bin/marketplace_(exporter|report)`)
	arguments := []string{"verify", "--man=no", "--recursive-errors=one"}
	for _, unit := range append(units(t), "systemd/marketplace-report@daily.timer") {
		copied := filepath.Join(directory, filepath.Base(unit))
		text, err := os.ReadFile(copied)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(copied, programs.ReplaceAll(text, []byte("/bin/true")), 0o600))
		arguments = append(arguments, strings.Replace(copied, "@.", "@weekly.", 1))
	}
	output, err := exec.CommandContext(t.Context(), analyze, arguments...).CombinedOutput()
	require.NoError(t, err, string(output))
	for line := range strings.Lines(string(output)) {
		require.NotContains(t, line, directory)
	}
}

func TestUnitsStartThePrograms(t *testing.T) {
	programs := strings.NewReplacer(
		"/usr/local/bin/marketplace_exporter", goBuild(t, "./exporter"),
		"/usr/local/bin/marketplace_report", goBuild(t, "./report"), "%i", "daily",
	)
	for _, unit := range units(t) {
		command := strings.Fields(programs.Replace(settings(t, unit, "ExecStart")[0]))
		output, err := exec.CommandContext(t.Context(), command[0], append(command[1:], "--help")...).CombinedOutput()
		require.NoError(t, err, "%s: %s", unit, output) // --help fails beside an unknown flag
	}
}

// The Go runtime uses nine tenths of the memory of a unit. The exporter computes that itself.
func TestMemoryLimitsOfUnitsAgree(t *testing.T) {
	for _, unit := range units(t) {
		limit, err := strconv.Atoi(strings.TrimSuffix(settings(t, unit, "MemoryMax")[0], "M"))
		require.NoError(t, err)
		environment := settings(t, unit, "Environment")
		if strings.Contains(unit, "exporter") {
			require.Empty(t, environment, unit)
			continue
		}
		require.Equal(t, []string{"GOMEMLIMIT=" + strconv.Itoa(limit*9/10) + "MiB"}, environment, unit)
	}
}

func TestUnitsGetSecretsAsCredentials(t *testing.T) {
	secret := regexp.MustCompile(`(?i)(url|password|secret|token|key)[^=]*=(\S+)`)
	for _, unit := range units(t) {
		credentials := map[string]bool{}
		for _, credential := range settings(t, unit, "LoadCredential") {
			name, path, _ := strings.Cut(credential, ":")
			require.Equal(t, "/etc/marketplace/secrets/"+name, path, unit)
			credentials["%d/"+name] = true
		}
		for _, argument := range secret.FindAllStringSubmatch(settings(t, unit, "ExecStart")[0], -1) {
			require.True(t, credentials[argument[2]], "%s: %s is a credential", unit, argument[0])
			delete(credentials, argument[2])
		}
		require.Empty(t, credentials, "%s: all credentials are used", unit)
	}
}
