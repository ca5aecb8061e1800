package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// row is a line of the table: what it is, and its text for one of those compared. Empty says that it has no such thing.
type row struct {
	name string
	cell func(m *measurement) string
}

func (r *report) writeTable(out *strings.Builder) {
	columns := []*measurement{r.ours, r.bare}
	out.WriteString("| for a scrape | marketplace_exporter | bare select |")
	rule := "| --- | ---: | ---: |"
	if r.peer != nil {
		columns = append(columns, r.peer)
		out.WriteString(" postgres_exporter |")
		rule += " ---: |"
	}
	out.WriteString("\n" + rule + "\n")
	for _, row := range append(exporterRows(), databaseRows()...) {
		out.WriteString("| " + row.name + " |")
		for _, m := range columns {
			out.WriteString(" " + row.cell(m) + " |")
		}
		out.WriteString("\n")
	}
}

// exporterRows are what the one costs who asks. Of the bare select only the latency is known: it is we who ask.
func exporterRows() []row {
	delta := func(m *measurement, name string) float64 {
		return (m.last.value(name) - m.before.value(name)) / float64(m.scrapes)
	}
	rows := []row{
		{"CPU of the exporter", func(m *measurement) string { return fmt.Sprintf("%.1f ms", 1000*delta(m, "process_cpu_seconds_total")) }},
		{"allocated", func(m *measurement) string { return kibibytes(delta(m, "go_memstats_alloc_bytes_total")) }},
		{"objects allocated", func(m *measurement) string { return fmt.Sprintf("%.0f", delta(m, "go_memstats_mallocs_total")) }},
		{"resident memory, at its peak", func(m *measurement) string { return kibibytes(m.memory) }},
		{"response", func(m *measurement) string { return kibibytes(float64(len(m.last.text))) }},
		{"response, compressed", func(m *measurement) string { return kibibytes(float64(m.last.compressed)) }},
		{"series", func(m *measurement) string { return fmt.Sprint(m.last.series()) }},
	}
	for i, row := range rows {
		rows[i].cell = func(m *measurement) string {
			if m.last.text == "" {
				return ""
			}
			return row.cell(m)
		}
	}
	latency := func(q float64) func(*measurement) string {
		return func(m *measurement) string { return fmt.Sprintf("%.1f ms", 1000*quantile(m.latencies, q).Seconds()) }
	}
	return append([]row{{"latency, median", latency(0.5)}, {"latency, 95th percentile", latency(0.95)}}, rows...)
}

func databaseRows() []row {
	rows := []row{{"connections to the database, at most", func(m *measurement) string { return fmt.Sprint(m.connections) }}}
	for _, part := range []struct {
		name string
		of   func(m *measurement) bill
	}{
		{"database", func(m *measurement) bill { return m.database.all }},
		{"statements alone", func(m *measurement) bill { return m.database.statements }},
	} {
		for _, column := range []struct {
			name, format string
			of           func(b bill) float64
		}{
			{"calls", "%.1f", func(b bill) float64 { return b.calls }},
			{"time", "%.1f ms", func(b bill) float64 { return b.milliseconds }},
			{"rows", "%.0f", func(b bill) float64 { return b.rows }},
			{"shared blocks hit", "%.0f", func(b bill) float64 { return b.hit }},
			{"shared blocks read", "%.1f", func(b bill) float64 { return b.read }},
			{"temporary blocks written", "%.0f", func(b bill) float64 { return b.spilled }},
		} {
			rows = append(rows, row{part.name + ": " + column.name, func(m *measurement) string {
				return fmt.Sprintf(column.format, column.of(part.of(m)))
			}})
		}
	}
	return rows
}

func kibibytes(bytes float64) string { return fmt.Sprintf("%.0f KiB", bytes/1024) }

// quantile is the smallest of the values that so large a share of them does not exceed.
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
