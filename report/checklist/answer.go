package checklist

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/report/chart"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
	"github.com/aimarketplace/monitoring/report/query"
	"github.com/aimarketplace/monitoring/report/unit"
)

// maxRows limits the rows of a box. Those that need attention are first. Each currency has a chart.
const (
	maxRows       = 25
	maxCurrencies = 4
)

// answer is a box with its values.
type answer struct {
	box    box
	rows   []row
	charts []chart.Chart
	failed error
}

// row is a series of the value. Figures without data are NaN.
type row struct {
	name                    string
	value, target, previous float64
	verdict                 document.Verdict
}

// evaluate queries everything that a box shows. A failing query leaves the box without data, so
// that the rest of the report is still useful.
func (r *run) evaluate(ctx context.Context, b box) answer {
	var values, previous, targets model.Vector
	var lines model.Matrix
	group, ctx := errgroup.WithContext(ctx)
	instant := func(result *model.Vector, w query.Window, expr string) {
		if expr != "" {
			group.Go(func() (err error) {
				*result, err = r.services.Prometheus.Instant(ctx, w.Expand(expr), w.To)
				return err
			})
		}
	}
	instant(&values, r.window, b.query)
	instant(&previous, r.previous(), b.query)
	instant(&targets, r.window, b.target)
	if b.chart != "" {
		group.Go(func() (err error) {
			lines, err = r.services.Prometheus.Range(ctx, r.window.Expand(b.chart),
				v1.Range{Start: r.window.From, End: r.window.To, Step: r.window.Interval})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return answer{box: b, failed: err, rows: []row{b.withoutData()}}
	}
	return answer{box: b, rows: rows(b, values, previous, targets), charts: r.charts(b, lines, targets)}
}

func (b box) withoutData() row {
	return row{name: b.title, value: math.NaN(), target: math.NaN(), previous: math.NaN(), verdict: document.NoData}
}

// rows compares each value with its target and with the value of the previous period.
func rows(b box, values, previous, targets model.Vector) []row {
	before := query.Values(previous)
	var found []row
	for _, sample := range values {
		value := float64(sample.Value)
		if math.IsNaN(value) {
			continue
		}
		target := query.Target(sample.Metric, targets)
		found = append(found, row{
			name: query.Name(b.title, b.labels, sample.Metric), value: value, target: target,
			previous: query.Value(before, sample.Metric), verdict: b.verdict(value, target),
		})
	}
	if len(found) == 0 {
		return []row{b.withoutData()}
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

// charts draws the series. Amounts of different currencies share no axis.
func (r *run) charts(b box, lines model.Matrix, targets model.Vector) []chart.Chart {
	c := chart.Chart{
		Title: b.title, Unit: b.unit, From: r.window.From, To: r.window.To, Step: r.window.Interval,
		Series: query.Lines(b.title, b.labels, lines), Limit: query.Limit(lines, targets),
	}
	if b.unit != unit.Amount {
		return slices.Repeat([]chart.Chart{c}, min(1, len(c.Series)))
	}
	var charts []chart.Chart
	for _, s := range c.Series[:min(len(c.Series), maxCurrencies)] {
		c.Series = []chart.Series{s}
		charts = append(charts, c)
	}
	return charts
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
		r.links.Panel(b.panel, link.Range{From: r.window.From, To: r.window.To}),
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
	ratio := (value - previous) / math.Abs(previous)
	arrow := "▲ "
	if ratio < 0 {
		arrow = "▼ "
	}
	const visible = 0.0005
	switch {
	case math.Abs(ratio) < visible:
		return "="
	case math.Abs(ratio) > 10:
		return arrow + unit.Factor.Format(value/previous)
	}
	return arrow + fmt.Sprintf("%.1f %%", 100*math.Abs(ratio))
}
