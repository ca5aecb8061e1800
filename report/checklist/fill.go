package checklist

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
	"github.com/aimarketplace/monitoring/report/query"
)

// fill queries the columns of a table. The first column selects the rows.
func (r *run) fill(ctx context.Context, t table) (document.Table, error) {
	filled := document.Table{Title: t.title, Columns: slices.Clone(t.labels)}
	for _, c := range t.columns {
		filled.Columns = append(filled.Columns, c.title)
	}
	var keys []model.Metric
	window := r.window
	for i, c := range t.columns {
		if i > 0 && len(keys) == 0 {
			break
		}
		values, err := r.services.Prometheus.Instant(ctx, window.Expand(c.query), window.To)
		if err != nil {
			return document.Table{Title: t.title}, err
		}
		if i == 0 {
			keys = selectRows(t, &filled, values)
			for _, k := range keys {
				window.Selected = append(window.Selected, string(k["queryid"]))
			}
		}
		target := math.NaN()
		if c.target != "" {
			targets, err := r.services.Prometheus.Instant(ctx, c.target, window.To)
			if err != nil {
				return filled, err
			}
			target = query.Target(model.Metric{"environment": model.LabelValue(window.Environment)}, targets)
		}
		byKey := map[model.Fingerprint]float64{}
		for _, sample := range values {
			byKey[key(t, sample.Metric).Fingerprint()] = float64(sample.Value)
		}
		for n := range filled.Rows {
			value, found := byKey[keys[n].Fingerprint()]
			filled.Rows[n] = append(filled.Rows[n], c.cell(value, target, found))
		}
	}
	if len(filled.Rows) > 0 {
		filled.Columns = append(filled.Columns, "Panel")
	}
	for n := range filled.Rows {
		filled.Rows[n] = append(filled.Rows[n], r.links.Panel(t.panel, link.Range{From: window.From, To: window.To}))
	}
	return filled, nil
}

// selectRows adds a row with the values of the labels for each series, the largest value first.
func selectRows(t table, filled *document.Table, values model.Vector) []model.Metric {
	slices.SortStableFunc(values, func(a, b *model.Sample) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Metric.String(), b.Metric.String()))
	})
	var keys []model.Metric
	for _, sample := range values {
		if len(keys) == maxRows {
			break
		}
		keys = append(keys, key(t, sample.Metric))
		var cells []document.Cell
		for i, label := range t.labels {
			cells = append(cells, document.Cell{Text: string(sample.Metric[model.LabelName(label)]), Code: t.code && i == 0})
		}
		filled.Rows = append(filled.Rows, cells)
	}
	return keys
}

// key returns the labels that join the columns.
func key(t table, series model.Metric) model.Metric {
	joined := model.Metric{}
	for _, label := range t.labels {
		joined[model.LabelName(label)] = series[model.LabelName(label)]
	}
	return joined
}

func (c column) cell(value, target float64, found bool) document.Cell {
	if !found || math.IsNaN(value) {
		return document.Text("no data")
	}
	cell := document.Cell{Text: c.unit.Format(value), Value: &value}
	if value > target {
		cell.Verdict = document.Attention
	}
	return cell
}
