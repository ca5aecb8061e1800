package app_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// checkMetrics returns promtool's findings in a /metrics page: names, types and help.
func checkMetrics(t *testing.T, page string) string {
	t.Helper()
	path, err := toolbox.Path("promtool")
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, "check", "metrics")
	command.Stdin = strings.NewReader(page)
	out, err := command.CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out) // warnings
}

func TestCheckMetrics(t *testing.T) {
	require.Empty(t, checkMetrics(t, "# HELP fine_total Fine things.\n# TYPE fine_total counter\nfine_total 1\n"))
	for name, text := range map[string]string{
		"a name that does not match the type": "# HELP bad A thing.\n# TYPE bad counter\nbad 1\n",
		"no help":                             "# TYPE bad gauge\nbad 1\n",
		"a broken line":                       "bad{ 1\n",
	} {
		require.NotEmpty(t, checkMetrics(t, text), name)
	}
}
