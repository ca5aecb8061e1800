package main

import (
	"log/slog"
	"os"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/testlog"
)

func TestMemoryLimitIsThatOfTheContainer(t *testing.T) {
	for name, test := range map[string]struct {
		container memlimit.Provider
		bytes     int64
		logs      string
	}{
		"container of 1 GiB": {memlimit.Limit(1 << 30), 966367641, "GOMEMLIMIT=966367641"},
		"container of 4 GiB": {memlimit.Limit(4 << 30), 3865470566, "GOMEMLIMIT=3865470566"},
		"no limit":           {func() (uint64, error) { return 0, memlimit.ErrNoLimit }, 536870912, "GOMEMLIMIT=536870912"},
		"no cgroups":         {func() (uint64, error) { return 0, memlimit.ErrCgroupsNotSupported }, 536870912, "GOMEMLIMIT=536870912"},
		"unknown format":     {func() (uint64, error) { panic("mountinfo") }, 1 << 40, "panic during setting"},
	} {
		t.Run(name, func(t *testing.T) {
			unsetenv(t, "GOMEMLIMIT")
			unsetenv(t, "AUTOMEMLIMIT")
			t.Cleanup(func() { debug.SetMemoryLimit(1 << 62) })
			debug.SetMemoryLimit(1 << 40)
			log := &testlog.Buffer{}
			limitMemory(slog.New(slog.NewTextHandler(log, nil)), test.container)
			require.Equal(t, test.bytes, debug.SetMemoryLimit(-1))
			require.Contains(t, log.String(), test.logs)
		})
	}
}

func TestEnvironmentReplacesTheMemoryLimit(t *testing.T) {
	for _, variable := range []string{"GOMEMLIMIT", "AUTOMEMLIMIT"} {
		t.Run(variable, func(t *testing.T) {
			t.Cleanup(func() { debug.SetMemoryLimit(1 << 62) })
			debug.SetMemoryLimit(1 << 40)
			t.Setenv(variable, "off")
			limitMemory(slog.New(slog.DiscardHandler), memlimit.Limit(1<<30))
			require.Equal(t, int64(1<<40), debug.SetMemoryLimit(-1))
		})
	}
}

// unsetenv removes a variable of the environment until the test ends.
func unsetenv(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "") // restores the value
	require.NoError(t, os.Unsetenv(name))
}
