package e2e_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// factor divides the scrape and evaluation intervals, the `for` and `keep_firing_for` of the rules,
// and the waiting times of Alertmanager. The ranges of expressions stay: a fault is over its limit
// as soon as samples show it. alertmanager's notice_test computes the production times from the
// shipped files.
var factor = sync.OnceValue(func() int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("E2E_FACTOR"), "10"))
	if err != nil || n < 1 {
		panic("E2E_FACTOR is not a positive integer: " + os.Getenv("E2E_FACTOR"))
	}
	return n
})

// scaled returns a production time divided by factor.
func scaled(d time.Duration) time.Duration { return d / time.Duration(factor()) }

// atMost returns the limit for a production time. Programs do not run faster by the factor, so a
// scaled chain gets some seconds more.
func atMost(d time.Duration) time.Duration {
	if factor() == 1 {
		return d
	}
	return scaled(d) + 15*time.Second
}

// kpiFile returns a file that runs the shipped KPIs at scaled intervals, but no more often than the
// exporter allows.
func kpiFile(t *testing.T) string {
	t.Helper()
	const minInterval = 10 * time.Second
	text, err := os.ReadFile("../../exporter/kpi/kpis.yaml")
	require.NoError(t, err)
	text, count := promtest.ScaleDurations(t, text, "interval|timeout", factor(), minInterval)
	require.Positive(t, count)
	path := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}
