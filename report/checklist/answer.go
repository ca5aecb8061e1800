package checklist

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/report/chart"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
)

// maxRows limits the rows of a box. Those that need attention are first.
const maxRows = 25

// answer is a box with its values.
type answer struct {
	box    box
	rows   []row
	chart  *chart.Chart
	failed error
}

// row is a series of the value. Figures without data are NaN.
type row struct {
	name                    string
	value, target, previous float64
	verdict                 document.Verdict
}

// evaluate queries everything that a box shows. A failing query leaves the box without data, so that
// the rest of the report is still useful.
func (r *run) evaluate(ctx context.Context, b box) answer {
	var values, previous, targets model.Vector
	var lines model.Matrix
	group, ctx := errgroup.WithContext(ctx)
	instant := func(result *model.Vector, p period, expr string) {
		if expr != "" {
			group.Go(func() (err error) {
				*result, err = r.services.Prometheus.Instant(ctx, p.expand(expr), p.end)
				return err
			})
		}
	}
	instant(&values, r.period, b.query)
	instant(&previous, r.period.previous(), b.query)
	instant(&targets, r.period, b.target)
	if b.chart != "" {
		group.Go(func() (err error) {
			lines, err = r.services.Prometheus.Range(ctx, r.period.expand(b.chart),
				v1.Range{Start: r.period.start(), End: r.period.end, Step: r.period.interval})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return answer{box: b, failed: err, rows: []row{{name: b.title, value: math.NaN(), target: math.NaN(), previous: math.NaN(), verdict: document.NoData}}}
	}
	a := answer{box: b, rows: rows(b, values, previous, targets)}
	a.chart = r.period.chart(b, lines, targets)
	return a
}

// rows compares each value with its target and with the value of the previous period.
func rows(b box, values, previous, targets model.Vector) []row {
	before := map[model.Fingerprint]float64{}
	for _, sample := range previous {
		before[identity(sample.Metric).Fingerprint()] = float64(sample.Value)
	}
	var found []row
	for _, sample := range values {
		value := float64(sample.Value)
		if math.IsNaN(value) {
			continue
		}
		earlier, known := before[identity(sample.Metric).Fingerprint()]
		if !known {
			earlier = math.NaN()
		}
		target := targetOf(sample.Metric, targets)
		found = append(found, row{
			name: name(b.title, b.labels, sample.Metric), value: value, target: target, previous: earlier,
			verdict: b.verdict(value, target),
		})
	}
	if len(found) == 0 {
		return []row{{name: b.title, value: math.NaN(), target: math.NaN(), previous: math.NaN(), verdict: document.NoData}}
	}
	slices.SortFunc(found, func(a, b row) int {
		return cmp.Or(-cmp.Compare(attention(a.verdict), attention(b.verdict)), cmp.Compare(a.name, b.name))
	})
	return found
}

func attention(v document.Verdict) int {
	if v == document.Attention {
		return 1
	}
	return 0
}

// verdict returns no verdict for a value without a target.
func (b box) verdict(value, target float64) document.Verdict {
	switch {
	case b.target == "":
		return ""
	case math.IsNaN(target):
		return document.NoData
	case b.better.meets(value, target):
		return document.OK
	}
	return document.Attention
}

// targetOf returns the target with the most labels among those whose labels the series has.
func targetOf(series model.Metric, targets model.Vector) float64 {
	target, most := math.NaN(), -1
	for _, candidate := range targets {
		labels := identity(candidate.Metric)
		matches := true
		for label, value := range labels {
			matches = matches && series[label] == value
		}
		if matches && len(labels) > most {
			target, most = float64(candidate.Value), len(labels)
		}
	}
	return target
}

func identity(series model.Metric) model.Metric {
	series = maps.Clone(series)
	delete(series, model.MetricNameLabel)
	return series
}

// name returns a title with the values of labels that distinguish a series.
func name(title string, labels []string, series model.Metric) string {
	var values []string
	for _, label := range labels {
		if value := string(series[model.LabelName(label)]); value != "" {
			values = append(values, value)
		}
	}
	switch {
	case len(values) == 0:
		return title
	case title == "":
		return strings.Join(values, " ")
	}
	return title + ": " + strings.Join(values, " ")
}

// chart draws the series with the largest values. A limit is drawn if all of them have the same.
func (p period) chart(b box, lines model.Matrix, targets model.Vector) *chart.Chart {
	if len(lines) == 0 {
		return nil
	}
	c := &chart.Chart{Title: b.title, Unit: b.unit, From: p.start(), To: p.end, Step: p.interval, Series: series(b, lines)}
	target := targetOf(lines[0].Metric, targets)
	for _, line := range lines {
		if targetOf(line.Metric, targets) != target { // also if it is NaN
			return c
		}
	}
	c.Limit = &chart.Limit{Name: "target", Value: target}
	return c
}

// series converts lines, the one with the largest value first.
func series(b box, lines model.Matrix) []chart.Series {
	var all []chart.Series
	for _, line := range lines {
		s := chart.Series{Name: name("", b.labels, line.Metric)}
		if s.Name == "" {
			s.Name = b.title
		}
		for _, sample := range line.Values {
			if value := float64(sample.Value); !math.IsNaN(value) && !math.IsInf(value, 0) {
				s.Points = append(s.Points, chart.Point{Time: sample.Timestamp.Time(), Value: value})
			}
		}
		if len(s.Points) > 0 {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b chart.Series) int {
		_, highA, _ := a.Range()
		_, highB, _ := b.Range()
		return cmp.Or(cmp.Compare(highB, highA), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// cells returns the cells of a row in the order of the columns of boxes.
func (r *run) cells(b box, w row) []document.Cell {
	return []document.Cell{
		document.Text(w.name),
		figure(b, w.value),
		targetCell(b, w.target),
		figure(b, w.previous),
		document.Text(change(w.value, w.previous)),
		document.VerdictCell(w.verdict),
		r.links.Panel(b.panel, link.Range{From: r.period.start(), To: r.period.end}),
	}
}

func figure(b box, value float64) document.Cell {
	if math.IsNaN(value) {
		return document.Text("no data")
	}
	return document.Cell{Text: b.unit.Format(value), Value: &value}
}

func targetCell(b box, target float64) document.Cell {
	if b.target == "" || math.IsNaN(target) {
		return document.Text("")
	}
	sign := "≤ "
	if b.better == higher {
		sign = "≥ "
	}
	return document.Cell{Text: sign + b.unit.Format(target), Value: &target}
}

// change returns the relative difference from the previous period.
func change(value, previous float64) string {
	switch {
	case math.IsNaN(value) || math.IsNaN(previous):
		return ""
	case value == previous:
		return "="
	case previous == 0:
		return "▲"
	}
	percent := 100 * (value - previous) / math.Abs(previous)
	if percent > 0 {
		return fmt.Sprintf("▲ %.1f %%", percent)
	}
	return fmt.Sprintf("▼ %.1f %%", -percent)
}
