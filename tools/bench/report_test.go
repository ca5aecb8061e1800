package bench_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// report is the result of a run.
type report struct {
	version               string // of Postgres
	loadBefore, loadAfter string
	ours, bare, peer      *measurement // peer is nil without -peer
	parallel              parallel
	pair                  pair
	total                 cost // of marketplace_exporter in the whole run
}

// verdict is the result of checking one limit.
type verdict struct {
	holds bool
	text  string
}

func (r *report) write(out io.Writer) {
	fmt.Fprintf(out, "Postgres %s, %s, %s/%s, %d processors, load average %s before and %s after.\n",
		r.version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), r.loadBefore, r.loadAfter)
	fmt.Fprintf(out, "%d statements, %d tables, %d indexes. %d scrapes, one each %s, every fourth with the slow tier.\n\n",
		*statements, *tables, *indexes, *rounds, r.ours.pace.Round(time.Millisecond))
	if r.ours.pace > *pace*11/10 {
		fmt.Fprintf(out, "The machine did not keep the pace of %s: more scrapes ran the slow tier.\n\n", *pace)
	}
	r.writeTable(out)
	fmt.Fprintln(out)
	for _, v := range r.verdicts() {
		result := "FAIL"
		if v.holds {
			result = "PASS"
		}
		fmt.Fprintf(out, "%s  %s\n", result, v.text)
	}
}

func (r *report) verdicts() []verdict {
	const maxRatio, maxConnections = 2, 2
	ours, bare := r.ours.database.statements[milliseconds], r.bare.database.statements[milliseconds]
	connections := max(r.parallel.connections, r.ours.connections)
	all := []verdict{
		{ours <= maxRatio*bare, fmt.Sprintf(
			"statements cost the database %.1f ms a scrape, %.2f times a bare select (%.1f ms); limit %d times",
			ours, ours/bare, bare, maxRatio)},
		{r.total[tempBlocks] == 0, fmt.Sprintf("%.0f temporary blocks in %.0f calls; limit 0", r.total[tempBlocks], r.total[calls])},
		{connections <= maxConnections, fmt.Sprintf("%d connections with %d parallel scrapers and %d scrapes; limit %d",
			connections, parallelScrapers, r.parallel.scrapes, maxConnections)},
	}
	// Two servers may cause one collection more than one, since they start and end at different
	// times. The limit is on calls, since times vary.
	one := r.pair.one
	extra := one[calls] / float64(r.pair.scrapes)
	for _, two := range r.pair.two {
		all = append(all, verdict{two[calls] <= one[calls]+extra, fmt.Sprintf(
			"two scrapers cost %.0f calls (%.0f ms), one %.0f (%.0f ms), in %d intervals; limit %.0f more",
			two[calls], two[milliseconds], one[calls], one[milliseconds], r.pair.scrapes, extra)})
	}
	return all
}

func (r *report) writeTable(out io.Writer) {
	columns := []*measurement{r.ours, r.bare}
	header, rule := "| per scrape | marketplace_exporter | bare select |", "| --- | ---: | ---: |"
	if r.peer != nil {
		columns = append(columns, r.peer)
		header, rule = header+" postgres_exporter |", rule+" ---: |"
	}
	fmt.Fprintf(out, "%s\n%s\n", header, rule)
	for _, row := range tableRows() {
		fmt.Fprintf(out, "| %s |", row.name)
		for _, m := range columns {
			if row.exporter && m.after.text == "" { // the bare select runs in this process
				fmt.Fprint(out, "  |")
				continue
			}
			fmt.Fprintf(out, " "+row.format+" |", row.value(m))
		}
		fmt.Fprintln(out)
	}
}

type tableRow struct {
	name, format string
	exporter     bool // whether exporters only have the value
	value        func(m *measurement) float64
}

func tableRows() []tableRow {
	latency := func(q float64) func(*measurement) float64 {
		return func(m *measurement) float64 { return 1000 * quantile(m.latencies, q).Seconds() }
	}
	all := []tableRow{
		{"latency, median", "%.1f ms", false, latency(0.5)},
		{"latency, 95th percentile", "%.1f ms", false, latency(0.95)},
		{"CPU of the exporter", "%.1f ms", true, func(m *measurement) float64 { return 1000 * m.increase("process_cpu_seconds_total") }},
		{"allocated", "%.0f KiB", true, func(m *measurement) float64 { return m.increase("go_memstats_alloc_bytes_total") / 1024 }},
		{"objects allocated", "%.0f", true, func(m *measurement) float64 { return m.increase("go_memstats_mallocs_total") }},
		{"peak resident memory", "%.0f KiB", true, func(m *measurement) float64 { return m.memory / 1024 }},
		{"response", "%.0f KiB", true, func(m *measurement) float64 { return float64(len(m.after.text)) / 1024 }},
		{"series", "%.0f", true, func(m *measurement) float64 { return float64(m.after.series()) }},
		{"database connections, maximum", "%.0f", false, func(m *measurement) float64 { return float64(m.connections) }},
	}
	names := [costs]string{"calls", "time", "rows", "shared blocks hit", "shared blocks read", "temporary blocks written"}
	formats := [costs]string{"%.1f", "%.1f ms", "%.0f", "%.0f", "%.1f", "%.0f"}
	for i := range costs {
		all = append(all, tableRow{
			"database: " + names[i], formats[i], false,
			func(m *measurement) float64 { return m.database.all[i] },
		})
	}
	for i := range costs {
		all = append(all, tableRow{
			"statements alone: " + names[i], formats[i], false,
			func(m *measurement) float64 { return m.database.statements[i] },
		})
	}
	return all
}

// increase returns the increase of a counter of the exporter per scrape.
func (m *measurement) increase(name string) float64 {
	return (m.after.value(name) - m.before.value(name)) / float64(m.scrapes)
}

// quantile returns the value that the share of the values does not exceed.
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
