package e2e_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// factor divides the scrape and evaluation intervals, the `for` and `keep_firing_for` of the rules, and the waiting times of
// Alertmanager. The ranges of expressions stay: a fault is over its limit as soon as samples show it. alertmanager's notice_test
// computes the production times from the shipped files.
var factor = sync.OnceValue(func() int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("E2E_FACTOR"), "10"))
	if err != nil || n < 1 {
		panic("E2E_FACTOR is not a positive integer: " + os.Getenv("E2E_FACTOR"))
	}
	return n
})

// scaled returns a production time divided by factor.
func scaled(d time.Duration) time.Duration { return d / time.Duration(factor()) }

// atMost returns the limit for a production time. Programs do not run faster by the factor, so a scaled chain gets some seconds
// more.
func atMost(d time.Duration) time.Duration {
	if factor() == 1 {
		return d
	}
	return scaled(d) + 15*time.Second
}

// scaleRules writes scaled copies of the shipped rule files and returns a glob for them.
func scaleRules(t *testing.T) string {
	t.Helper()
	shipped, err := filepath.Glob("../../rules/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, shipped)
	dir := t.TempDir()
	duration := regexp.MustCompile(`(?m)^( +(?:for|keep_firing_for|interval): )(\w+)$`)
	replaced := 0
	for _, path := range shipped {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		text = duration.ReplaceAllFunc(text, func(line []byte) []byte {
			replaced++
			parts := duration.FindSubmatch(line)
			d, err := model.ParseDuration(string(parts[2]))
			require.NoError(t, err, path)
			return fmt.Appendf(nil, "%s%s", parts[1], model.Duration(scaled(time.Duration(d))))
		})
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o600))
	}
	require.Greater(t, replaced, 50, "lines with a duration in the rules")
	return filepath.Join(dir, "*.yml")
}

// kpiFile returns a file that runs the shipped KPIs at scaled intervals, but no more often than the exporter allows.
func kpiFile(t *testing.T) string {
	t.Helper()
	const minInterval = 10 * time.Second
	text, err := os.ReadFile("../../exporter/kpi/kpis.yaml")
	require.NoError(t, err)
	interval := regexp.MustCompile(`(?m)^(  (?:interval|timeout): )(\w+)`)
	require.Regexp(t, interval, string(text))
	text = interval.ReplaceAllFunc(text, func(line []byte) []byte {
		parts := interval.FindSubmatch(line)
		d, err := model.ParseDuration(string(parts[2]))
		require.NoError(t, err)
		return fmt.Appendf(nil, "%s%s", parts[1], max(minInterval, scaled(time.Duration(d))))
	})
	path := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}
