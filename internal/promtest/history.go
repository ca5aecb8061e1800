package promtest

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// History is time series of the past, from which Prometheus starts.
type History struct {
	families map[string][]string // lines by the name of the metric
}

// Add adds the samples of a series, such as up{job="x"}, from start until before end. The function
// value returns them; NaN is no sample.
func (h *History) Add(series string, start, end time.Time, step time.Duration, value func(time.Time) float64) {
	if h.families == nil {
		h.families = map[string][]string{}
	}
	name, _, _ := strings.Cut(series, "{")
	var lines strings.Builder
	for at := start; at.Before(end); at = at.Add(step) {
		if v := value(at); v == v {
			lines.WriteString(series + " " + strconv.FormatFloat(v, 'g', -1, 64) + " " + strconv.FormatInt(at.Unix(), 10) + "\n")
		}
	}
	h.families[name] = append(h.families[name], lines.String())
}

// StartWithHistory runs the pinned Prometheus with a history. The history has no markers for the
// end of series, so they end after the lookback: pass --query.lookback-delta in args.
func StartWithHistory(t testing.TB, history *History, args ...string) *Server {
	t.Helper()
	promtool, err := toolbox.Path("promtool")
	require.NoError(t, err)
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "history.txt"))
	require.NoError(t, err)
	for _, name := range slices.SortedFunc(maps.Keys(history.families), cmp.Compare[string]) {
		for _, lines := range history.families[name] {
			_, err = file.WriteString(lines)
			require.NoError(t, err)
		}
	}
	_, err = fmt.Fprintln(file, "# EOF")
	require.NoError(t, err)
	require.NoError(t, file.Close())
	data := filepath.Join(dir, "data")
	args = append([]string{"--storage.tsdb.retention.time=100y"}, args...)
	create := exec.CommandContext(t.Context(), promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet", //nolint:gosec // the pinned program
		"--max-block-duration=240h", file.Name(), data)
	out, err := create.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return start(t, promserver.Options{Config: "scrape_configs: []\n", DataDir: data, Args: args})
}
