package incident

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/query"
	"github.com/aimarketplace/monitoring/report/unit"
)

// weeks is the number of earlier weeks with which an incident is compared.
const weeks = 3

// measure is a figure of the impact, compared with the same time of earlier weeks.
type measure struct {
	title  string
	unit   unit.Unit
	query  string
	labels []string
	// summary is the sentence of a loss or an excess in the summary. The placeholders are the
	// difference and the labels.
	summary string
	lost    bool // the difference that matters is what is missing
}

// measures lists the figures. Amounts by currency come from the database, from Stripe and from the
// browsers, and sources that are off are missing. Payments are counted in windows of 15 minutes.
func measures() []measure {
	const people = "max without (instance, pod, job, window) "
	return []measure{
		{
			title: "Requests", unit: unit.Count, labels: []string{"origin"},
			query: `avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range]) * $seconds`, lost: true,
		},
		{
			title: "Requests with 5xx", unit: unit.Count, labels: []string{"origin"},
			query:   `avg_over_time(origin:http_request_errors:rate5m{environment=~"$environment"}[$range]) * $seconds`,
			summary: "%s failed requests (%s)",
		},
		{
			title: "Share of requests with 5xx", unit: unit.Ratio, labels: []string{"origin"},
			query: `avg_over_time(origin:http_request_errors:rate5m{environment=~"$environment"}[$range])
				/ (avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range]) > 0)`,
		},
		{
			title: "Successful payments", unit: unit.Count, labels: []string{"provider"}, lost: true,
			query: `avg_over_time(provider:marketplace_payments_succeeded:count{environment=~"$environment", window="15m"}[$range])
				* $seconds / 900`,
			summary: "%s payments missing (%s)",
		},
		{
			title: "Failed payments", unit: unit.Count, labels: []string{"provider"},
			query: `avg_over_time(provider:marketplace_payments_failed:count{environment=~"$environment", window="15m"}[$range])
				* $seconds / 900`,
			summary: "%s failed payments (%s)",
		},
		{
			// It restarts from 0 at midnight, as a counter does.
			title: "Amount of paid orders", unit: unit.Amount, labels: []string{"currency", "provider"}, lost: true,
			query: `max without (instance, pod, job)
				(increase(marketplace_recorded_payments_amount{environment=~"$environment", day="today"}[$range]))`,
			summary: "%s %s of paid orders missing",
		},
		{
			title: "Amount of payments in Stripe", unit: unit.Amount, labels: []string{"currency"}, lost: true,
			query: `sum by (environment, currency)
				(increase(marketplace_stripe_payment_amount_total{environment=~"$environment", mode="live", outcome="succeeded"}[$range]))`,
		},
		{
			title: "Amount of purchases reported by browsers", unit: unit.Amount, labels: []string{"currency"}, lost: true,
			query: `sum by (environment, currency) (increase(marketplace_purchase_amount_total{environment=~"$environment"}[$range]))`,
		},
		{
			title: "Users with errors in Sentry, largest hour", unit: unit.Count, labels: []string{"project"},
			query:   people + `(max_over_time(marketplace_sentry_affected_users{environment=~"$environment", window="1h"}[$range]))`,
			summary: "%s users with errors (%s)",
		},
		{
			title: "Page views", unit: unit.Count, lost: true,
			query: `sum by (environment) (increase(marketplace_page_views_total{environment=~"$environment"}[$range]))`,
		},
		{
			title: "Failed probes", unit: unit.Ratio, labels: []string{"target"},
			query: `min without (instance, pod, job) (1 - avg_over_time(probe_success{environment=~"$environment"}[$range]))`,
		},
	}
}

// impact returns the table of all measures that have data, and the summary.
func (w *writer) impact(ctx context.Context) (document.Table, string) {
	all := measures()
	rows := make([][][]document.Cell, len(all))
	texts := make([][]string, len(all))
	failures := make([]error, len(all))
	var group sync.WaitGroup // the client limits the concurrency
	for i, m := range all {
		group.Go(func() { rows[i], texts[i], failures[i] = w.compare(ctx, m) })
	}
	group.Wait()
	w.note(failures)
	table := document.Table{Columns: []string{"Measure", "During the incident", fmt.Sprintf("Same time, %d weeks before (median)", weeks), "Difference"}}
	table.Rows = slices.Concat(rows...)
	return table, cmp.Or(strings.Join(slices.Concat(texts...), "; "), "no difference from earlier weeks is known")
}

// compare queries a measure for the incident and for the same time of earlier weeks.
func (w *writer) compare(ctx context.Context, m measure) (rows [][]document.Cell, texts []string, err error) {
	const week = 7 * 24 * time.Hour
	window := w.impactWindow()
	during, err := w.services.Prometheus.Instant(ctx, window.Expand(m.query), window.To)
	if err != nil {
		return nil, nil, err
	}
	duringValues := query.Values(during)
	earlier, earlierValues := make([]model.Vector, weeks), make([]map[model.Fingerprint]float64, weeks)
	for i := range earlier {
		before := window.Before(time.Duration(i+1) * week)
		if earlier[i], err = w.services.Prometheus.Instant(ctx, before.Expand(m.query), before.To); err != nil {
			return nil, nil, err
		}
		earlierValues[i] = query.Values(earlier[i])
	}
	// A series that ended, such as requests while all fail to arrive, is compared as well.
	for _, series := range union(append(earlier, during)...) {
		value := query.Value(duringValues, series)
		usual := medianOf(series, earlierValues)
		difference := value - usual
		if math.IsNaN(usual) && !m.lost {
			difference = value // of what should not happen, all counts
		}
		rows = append(rows, []document.Cell{
			document.Text(query.Name(m.title, m.labels, series)), m.figure(value), m.figure(usual), m.signed(value - usual),
		})
		if m.lost {
			difference = -difference
		}
		if m.unit != unit.Amount {
			difference = math.Round(difference)
		}
		if m.summary != "" && difference > 0 {
			texts = append(texts, fmt.Sprintf(m.summary, m.unit.Format(difference), query.Name("", m.labels, series)))
		}
	}
	return rows, texts, nil
}

func (m measure) figure(value float64) document.Cell {
	if math.IsNaN(value) {
		return document.Text("no data")
	}
	if m.unit == unit.Count {
		value = math.Round(value)
	}
	return document.Cell{Text: m.unit.Format(value), Value: &value}
}

func (m measure) signed(difference float64) document.Cell {
	cell := m.figure(difference)
	if difference > 0 {
		cell.Text = "+" + cell.Text
	}
	return cell
}

// union returns the identities of all series, sorted.
func union(vectors ...model.Vector) []model.Metric {
	seen := map[model.Fingerprint]bool{}
	var all []model.Metric
	for _, vector := range vectors {
		for _, sample := range vector {
			series := query.Identity(sample.Metric)
			if !seen[series.Fingerprint()] {
				seen[series.Fingerprint()] = true
				all = append(all, series)
			}
		}
	}
	slices.SortFunc(all, func(a, b model.Metric) int { return cmp.Compare(a.String(), b.String()) })
	return all
}

// medianOf returns the median of the weeks that have the series, or NaN.
func medianOf(series model.Metric, earlier []map[model.Fingerprint]float64) float64 {
	var values []float64
	for _, week := range earlier {
		if value := query.Value(week, series); !math.IsNaN(value) {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	switch n := len(values); {
	case n == 0:
		return math.NaN()
	case n%2 == 0:
		return (values[n/2-1] + values[n/2]) / 2
	default:
		return values[n/2]
	}
}
