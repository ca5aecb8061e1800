package promtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// ScaleRules copies rule files and divides `for`, `keep_firing_for` and the groups' `interval` by a
// factor. It returns a glob for the copies. Expressions and their ranges stay.
func ScaleRules(t testing.TB, glob string, factor int) string {
	t.Helper()
	files, err := filepath.Glob(glob)
	require.NoError(t, err)
	dir := t.TempDir()
	total := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		text, n := ScaleDurations(t, text, "for|keep_firing_for|interval", factor, 0)
		total += n
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o600)) //nolint:gosec // the repository's own file names
	}
	require.Positive(t, total, "durations in %s", glob)
	return filepath.Join(dir, "*.yml")
}

// ScaleDurations divides the durations of some keys in a YAML file by a factor, but not below a
// minimum. It returns the number of durations. The keys are alternatives of a regular expression.
func ScaleDurations(t testing.TB, text []byte, keys string, factor int, minimum time.Duration) (scaled []byte, count int) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^( +(?:` + keys + `): )(\w+)`)
	scaled = line.ReplaceAllFunc(text, func(match []byte) []byte {
		count++
		parts := line.FindSubmatch(match)
		d, err := model.ParseDuration(string(parts[2]))
		require.NoError(t, err, string(match))
		return fmt.Appendf(nil, "%s%s", parts[1], model.Duration(max(minimum, time.Duration(d)/time.Duration(factor))))
	})
	return scaled, count
}
