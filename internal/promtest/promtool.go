package promtest

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// CheckMetrics checks a /metrics page with promtool: names, types and help. Warnings fail the test
// as well.
func CheckMetrics(t testing.TB, body []byte) {
	t.Helper()
	path, err := toolbox.Path("promtool")
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, "check", "metrics") //nolint:gosec // the tool found above
	command.Stdin = bytes.NewReader(body)
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out))
}
