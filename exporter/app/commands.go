package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// checkTimeout limits the check of one source. Every KPI query may run for up to its own timeout.
const checkTimeout = 5 * time.Minute

// ErrCheckFailed reports that something that is configured does not work.
var ErrCheckFailed = errors.New("the check failed; hint: fix the lines marked FAIL")

// Check checks every source and prints the findings. It returns ErrCheckFailed if one of them is
// broken.
func (a *App) Check(ctx context.Context, stdout io.Writer) error {
	failed := false
	for _, s := range a.sources {
		findings := []check.Finding{{Subject: s.Name(), Detail: "configured"}}
		if c, ok := s.(source.Checker); ok {
			findings = findingsOf(ctx, c)
		}
		if err := check.Print(stdout, s.Name(), findings); err != nil {
			return err
		}
		failed = failed || check.Failed(findings)
	}
	switch {
	case failed:
		return ErrCheckFailed
	case len(a.enabled) == 0:
		return database.ErrNotConfigured
	}
	_, err := fmt.Fprintln(stdout, "Everything that is configured works.")
	return err
}

func findingsOf(ctx context.Context, c source.Checker) []check.Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return c.Check(ctx)
}

const inventoryHead = `# Metrics

Every metric that the exporter can expose, as printed by ` + "`marketplace_exporter metrics`" + `. The exporter also exposes
the usual ` + "`go_*`, `process_*` and `marketplace_exporter_build_info`" + `. A metric without data is absent, not zero: see
[the README](../README.md).

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`

// PrintMetrics prints a Markdown table of all metrics. It needs no database and no configuration.
func PrintMetrics(ctx context.Context, config *Config, stdout io.Writer) error {
	unconnected := *config
	unconnected.Database = database.Config{URL: "postgres://localhost/unused"} // opening a source does not connect
	a, err := New(&unconnected, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer a.Close()
	families, err := a.families(ctx)
	if err != nil {
		return err
	}
	var table strings.Builder
	table.WriteString(inventoryHead)
	for _, f := range families {
		var labels []string
		for _, label := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, "`"+label.GetName()+"`")
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()),
			strings.Join(labels, ", "), strings.ReplaceAll(f.GetHelp(), "|", `\|`))
	}
	_, err = io.WriteString(stdout, table.String())
	return err
}

// families returns the families of all metrics by name.
func (a *App) families(ctx context.Context) ([]*dto.MetricFamily, error) {
	descs := append(a.reloads.Descs(), source.NewSet(ctx, a.logger, a.config.Limits, a.sources...).Descs()...)
	var families []*dto.MetricFamily
	for _, desc := range descs {
		family, err := desc.Family()
		if err != nil {
			return nil, err
		}
		families = append(families, family)
	}
	slices.SortStableFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	return slices.CompactFunc(families, func(a, b *dto.MetricFamily) bool { return a.GetName() == b.GetName() }), nil
}
