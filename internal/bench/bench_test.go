package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBench runs all of it on next to nothing. Whether the limits hold can only be said of the real fixture.
func TestBench(t *testing.T) {
	var out, progress bytes.Buffer
	err := run(t.Context(), []string{
		"-statements=60", "-tables=20", "-indexes=50", "-rounds=4", "-warmup=2", "-pace=100ms", "-crowd=200ms",
		"-pair-rounds=2", "-pair-interval=300ms", "-queries=1",
	}, &out, &progress)
	if err != nil {
		require.ErrorContains(t, err, "limits exceeded", progress.String())
	}
	require.Contains(t, out.String(), "60 statements, 20 tables, 50 indexes. 4 scrapes")
	require.Contains(t, out.String(), "| statements alone: time |")
	require.Regexp(t, `(?m)^(PASS|FAIL)  two scrapers cost [1-9]\d* calls`, out.String())
	require.Contains(t, progress.String(), "postgres_exporter is left out")
}
