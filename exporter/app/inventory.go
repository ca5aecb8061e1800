package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// inventoryRow is a line of the inventory.
type inventoryRow struct{ name, kind, labels, help string }

const inventoryHead = `# Metrics

What ` + "`marketplace_exporter metrics`" + ` prints: every metric that the exporter can expose. Besides these there are the
usual ` + "`go_*`, `process_*` and `marketplace_exporter_build_info`" + `. A metric is absent, not zero, where there is nothing to
say: see [the README](../README.md).

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`

// PrintMetrics writes all metrics as Markdown. It needs no database: sources say what they may say.
func PrintMetrics(config *Config, stdout io.Writer) error {
	logger := slog.New(slog.DiscardHandler)
	config.Database = database.Config{URL: "postgres://localhost/any"} // never connected to
	_, sources, err := open(config, logger)
	if err != nil {
		return err
	}
	defer release(sources)
	var table strings.Builder
	table.WriteString(inventoryHead)
	all := inventory(source.NewSet(context.Background(), logger, source.Limits{}, sources...), newReloads())
	nameHistograms(all, sources)
	for _, m := range all {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", m.name, m.kind, m.labels, m.help)
	}
	_, err = io.WriteString(stdout, table.String())
	return err
}

// describer is the half of a prometheus.Collector that an inventory needs.
type describer interface {
	Describe(ch chan<- *prometheus.Desc)
}

func inventory(describers ...describer) []inventoryRow {
	ch := make(chan *prometheus.Desc)
	go func() {
		defer close(ch)
		for _, d := range describers {
			d.Describe(ch)
		}
	}()
	var metrics []inventoryRow
	for desc := range ch {
		metrics = append(metrics, parseDesc(desc))
	}
	slices.SortFunc(metrics, func(a, b inventoryRow) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(metrics, func(a, b inventoryRow) bool { return a.name == b.name })
}

// measurer is a source that names its histograms: neither a descriptor nor a name says that it is one.
type measurer interface{ Histograms() []string }

func nameHistograms(metrics []inventoryRow, sources []source.Source) {
	var histograms []string
	for _, s := range sources {
		if m, ok := s.(measurer); ok {
			histograms = append(histograms, m.Histograms()...)
		}
	}
	for i := range metrics {
		if slices.Contains(histograms, metrics[i].name) {
			metrics[i].kind = "histogram"
		}
	}
}

// parseDesc reads a descriptor's text, the only way to learn what is in one. It does not say the type; names do, since
// only counters end in _total. A test holds both against what a real scrape answers.
func parseDesc(desc *prometheus.Desc) inventoryRow {
	fields := regexp.MustCompile(`fqName: ("(?:[^"\\]|\\.)*"), help: ("(?:[^"\\]|\\.)*"), ` +
		`unit: "[^"]*", constLabels: \{(.*)\}, variableLabels: \{([^}]*)\}`).FindStringSubmatch(desc.String())
	if fields == nil {
		return inventoryRow{name: desc.String(), kind: "unknown"}
	}
	name, help := unquote(fields[1]), unquote(fields[2])
	labels := regexp.MustCompile(`(\w+)="(?:[^"\\]|\\.)*"`).ReplaceAllString(fields[3], "$1")
	all := strings.FieldsFunc(labels+","+fields[4], func(r rune) bool { return r == ',' || r == ' ' })
	for i := range all {
		all[i] = "`" + all[i] + "`"
	}
	kind := "gauge"
	if strings.HasSuffix(name, "_total") {
		kind = "counter"
	}
	return inventoryRow{name: name, kind: kind, labels: strings.Join(all, ", "), help: strings.ReplaceAll(help, "|", `\|`)}
}

func unquote(text string) string {
	plain, err := strconv.Unquote(text)
	if err != nil {
		return text
	}
	return plain
}
