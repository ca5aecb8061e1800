package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

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
