package incident

import (
	"context"
	"sync"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/aimarketplace/monitoring/report/chart"
	"github.com/aimarketplace/monitoring/report/query"
	"github.com/aimarketplace/monitoring/report/unit"
)

// graph is a signal that shows the course of an incident.
type graph struct {
	title  string
	unit   unit.Unit
	query  string
	limit  string
	labels []string
}

func graphs() []graph {
	return []graph{
		{
			title: "Requests", unit: unit.Rate, labels: []string{"origin"},
			query: `origin:http_requests:rate5m{environment=~"$environment"}`,
		},
		{
			title: "Requests with 5xx", unit: unit.Ratio, labels: []string{"origin"},
			query: `origin:http_request_errors:ratio_rate5m{environment=~"$environment"}`, limit: query.Effective(`http_request_errors:ratio`),
		},
		{
			title: "P95 latency", unit: unit.Seconds, labels: []string{"origin"},
			query: `origin:http_request_duration_seconds:p95_5m{environment=~"$environment"}`, limit: query.Effective(`http_request_p95:seconds`),
		},
		{
			title: "Routes with the most errors, per second", unit: unit.Rate, labels: []string{"method", "route", "origin"},
			query: `topk(5, endpoint:http_request_errors:rate5m{environment=~"$environment"} > 0)`,
		},
		{
			title: "Successful payments, 15 minutes", unit: unit.Count, labels: []string{"provider"},
			query: `provider:marketplace_payments_succeeded:count{environment=~"$environment", window="15m"}`,
		},
		{
			title: "Successful probes", unit: unit.Ratio, labels: []string{"target"},
			query: `min without (instance, pod, job) (avg_over_time(probe_success{environment=~"$environment"}[2m]))`,
		},
		{
			title: "Connections of the database in use", unit: unit.Ratio, labels: []string{"server"},
			query: `server:pg_connections_used:ratio{environment=~"$environment"}`, limit: query.Effective(`pg_connections_used:ratio{severity="P1"}`),
		},
	}
}

// graphs draws the signals that have data. The incident is highlighted, and deployments are marked.
func (w *writer) graphs(ctx context.Context) []chart.Chart {
	all := graphs()
	drawn := make([]chart.Chart, len(all))
	failures := make([]error, len(all))
	var group sync.WaitGroup // the client limits the concurrency
	for i, g := range all {
		group.Go(func() { drawn[i], failures[i] = w.draw(ctx, g) })
	}
	group.Wait()
	w.note(failures)
	var charts []chart.Chart
	for _, c := range drawn {
		if len(c.Series) > 0 {
			charts = append(charts, c)
		}
	}
	return charts
}

func (w *writer) draw(ctx context.Context, g graph) (chart.Chart, error) {
	window := w.chartWindow()
	c := chart.Chart{
		Title: g.title, Unit: g.unit, From: window.From, To: window.To, Step: window.Interval,
		Span: &chart.Span{From: w.incident.Start, To: w.incident.End},
	}
	for _, d := range w.actions.Deployments {
		if !d.Time.Before(window.From) && !d.Time.After(window.To) {
			c.Marks = append(c.Marks, chart.Mark{Time: d.Time, Name: "deployment of " + d.Version})
		}
	}
	lines, err := w.services.Prometheus.Range(ctx, window.Expand(g.query), v1.Range{Start: window.From, End: window.To, Step: window.Interval})
	if err != nil || len(lines) == 0 {
		return c, err
	}
	c.Series = query.Lines(g.title, g.labels, lines)
	if g.limit != "" {
		targets, err := w.services.Prometheus.Instant(ctx, g.limit, w.incident.End)
		if err != nil {
			return c, err
		}
		c.Limit = query.Limit(lines, targets)
	}
	return c, nil
}
