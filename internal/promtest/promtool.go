package promtest

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// CheckMetrics holds the text of a /metrics page against promtool's rules for names, types and help. A remark fails
// the test as an error does.
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
