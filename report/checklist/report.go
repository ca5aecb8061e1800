package checklist

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
	"github.com/aimarketplace/monitoring/report/query"
)

// run is one report that is being written.
type run struct {
	services command.Services
	links    link.Links
	name     string // of the report
	window   query.Window
	episodes []alerts.Episode // of the period and the one before
	actions  alerts.Actions
	alerting bool // the Watchdog fired in the period, so alerts were evaluated
	notes    []string
}

// previous returns the window before.
func (r *run) previous() query.Window { return r.window.Before(r.window.Span()) }

// extra adds tables to a section and returns its verdict.
type extra func(ctx context.Context, r *run, s *document.Section) (document.Verdict, error)

// write answers all sections.
func (r *run) write(ctx context.Context, sections []section) (document.Document, error) {
	started := time.Now()
	r.services.Logger.Info("reading the history of alerts", "from", r.previous().From, "to", r.window.To)
	if err := r.readHistory(ctx); err != nil {
		return document.Document{}, err
	}
	overview := document.Table{Columns: []string{"Check", "Verdict", "Without data", "Needs attention"}}
	details := make([]document.Section, 0, len(sections))
	for _, s := range sections {
		r.services.Logger.Info("answering", "check", s.title)
		detail, result, err := r.answer(ctx, s)
		if err != nil {
			return document.Document{}, err
		}
		details = append(details, detail)
		overview.Rows = append(overview.Rows, []document.Cell{
			document.Text(s.title), document.VerdictCell(result.verdict), document.Text(result.withoutData),
			document.Text(strings.Join(result.findings, "; ")),
		})
	}
	r.services.Logger.Info("finished", "duration", time.Since(started).Round(time.Millisecond))
	title := fmt.Sprintf("%s report, %s", r.name, r.window.To.In(r.services.Location).Format(time.DateOnly))
	return document.Document{
		Title: title, Location: r.services.Location,
		Facts: []document.Fact{
			{Name: "From", Value: document.Text(document.Time(r.window.From, r.services.Location))},
			{Name: "To", Value: document.Text(document.Time(r.window.To, r.services.Location))},
			{Name: "Environment", Value: document.Text(r.window.Environment)},
			{Name: "Compared with", Value: document.Text("the " + document.Duration(r.window.Span()) + " before")},
		},
		Sections: append([]document.Section{{Title: "Checklist", Tables: []document.Table{overview}, Notes: r.notes}}, details...),
	}, nil
}

// readHistory reads what several sections need. Without Alertmanager, no silence is known.
func (r *run) readHistory(ctx context.Context) error {
	from := r.previous().From
	matchers := r.window.Expand(`environment=~"$environment"`)
	var err error
	if r.episodes, err = alerts.Read(ctx, r.services.Prometheus, matchers, from, r.window.To); err != nil {
		return err
	}
	if r.actions.Deployments, err = alerts.Deployments(ctx, r.services.Prometheus, matchers, from, r.window.To); err != nil {
		return err
	}
	targets, err := r.services.Prometheus.Instant(ctx, `threshold:http_endpoint:seconds`, r.window.To)
	if err != nil {
		return err
	}
	for _, target := range targets {
		r.window.Routes = append(r.window.Routes, string(target.Metric["route"]))
	}
	watchdog, err := r.services.Prometheus.Instant(ctx,
		r.window.Expand(`max_over_time(ALERTS{alertname="Watchdog", alertstate="firing"}[$range])`), r.window.To)
	if err != nil {
		return err
	}
	if r.alerting = len(watchdog) > 0; !r.alerting {
		r.notes = append(r.notes, "The Watchdog did not fire, so no alert was evaluated.")
	}
	if r.services.Alertmanager == nil {
		r.notes = append(r.notes, "Silences are unknown without --alertmanager.url.")
		return nil
	}
	if r.actions.Silences, err = r.services.Alertmanager.Silences(ctx); err != nil {
		r.notes = append(r.notes, "Silences are unknown: "+err.Error())
	}
	return nil
}

// result is the line of a section in the overview.
type result struct {
	verdict     document.Verdict
	findings    []string // what needs attention
	withoutData string   // number of boxes
}

// answer writes one section.
func (r *run) answer(ctx context.Context, s section) (document.Section, result, error) {
	detail := document.Section{Title: s.title}
	answers := make([]answer, len(s.boxes))
	tables := make([]document.Table, len(s.tables))
	failures := make([]error, len(s.tables))
	var group errgroup.Group // the client limits the concurrency
	for i, b := range s.boxes {
		group.Go(func() error { answers[i] = r.evaluate(ctx, b); return nil })
	}
	for i, t := range s.tables {
		group.Go(func() error { tables[i], failures[i] = r.fill(ctx, t); return nil })
	}
	_ = group.Wait() // failures are kept, so that one does not end the others
	total := r.add(&detail, answers)
	for i, t := range tables {
		detail.Tables = append(detail.Tables, t)
		if failures[i] != nil {
			detail.Notes = append(detail.Notes, failures[i].Error())
		}
	}
	if s.extra != nil {
		verdict, err := s.extra(ctx, r, &detail)
		if err != nil {
			return detail, total, err
		}
		if verdict == document.OK && !r.alerting {
			verdict = document.NoData
		}
		total.verdict = document.Worst(total.verdict, verdict)
	}
	return detail, total, ctx.Err()
}

// add adds the boxes of a section as one table, and their charts.
func (r *run) add(detail *document.Section, answers []answer) result {
	if len(answers) == 0 {
		return result{}
	}
	table := document.Table{Columns: []string{"Check", "Value", "Target", "Previous", "Change", "Verdict", "Panel"}}
	var total result
	withoutData := 0
	for _, a := range answers {
		if a.failed != nil {
			detail.Notes = append(detail.Notes, a.failed.Error())
		}
		if math.IsNaN(a.rows[0].value) {
			withoutData++
		}
		for _, w := range a.rows[:min(len(a.rows), maxRows)] {
			table.Rows = append(table.Rows, r.cells(a.box, w))
		}
		if more := len(a.rows) - maxRows; more > 0 {
			detail.Notes = append(detail.Notes, fmt.Sprintf("%s: %d more rows are on the panel.", a.box.title, more))
		}
		for _, w := range a.rows {
			total.verdict = document.Worst(total.verdict, overall(w.verdict))
			if w.verdict == document.Attention {
				total.findings = append(total.findings, w.name+" "+a.box.unit.Format(w.value))
			}
		}
		detail.Charts = append(detail.Charts, a.charts...)
	}
	if withoutData > 0 {
		total.withoutData = fmt.Sprintf("%d of %d", withoutData, len(answers))
	}
	detail.Tables = append(detail.Tables, table)
	return total
}

// overall counts a value without a target as ok.
func overall(v document.Verdict) document.Verdict {
	if v == "" {
		return document.OK
	}
	return v
}

// current returns the episodes that fired in the period, and their number in the one before.
func (r *run) current(matches func(alerts.Episode) bool) (episodes []alerts.Episode, before int) {
	for _, e := range r.episodes {
		switch {
		case !matches(e):
		case e.End.After(r.window.From):
			episodes = append(episodes, e)
		default:
			before++
		}
	}
	return slices.Clip(episodes), before
}
