package checklist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
)

// run is one report that is being written.
type run struct {
	services command.Services
	links    link.Links
	period   period
	episodes []alerts.Episode // of the period and the one before
	actions  alerts.Actions
	notes    []string
}

// extra adds tables to a section and returns its verdict.
type extra func(ctx context.Context, r *run, s *document.Section) (document.Verdict, error)

// write answers all sections.
func (r *run) write(ctx context.Context, sections []section) (document.Document, error) {
	started := time.Now()
	r.services.Logger.Info("reading the history of alerts", "from", r.period.previous().start(), "to", r.period.end)
	if err := r.readHistory(ctx); err != nil {
		return document.Document{}, err
	}
	overview := document.Table{Columns: []string{"Check", "Verdict", "Needs attention"}}
	details := make([]document.Section, 0, len(sections))
	for _, s := range sections {
		r.services.Logger.Info("answering", "check", s.title)
		detail, verdict, findings, err := r.answer(ctx, s)
		if err != nil {
			return document.Document{}, err
		}
		details = append(details, detail)
		overview.Rows = append(overview.Rows, []document.Cell{
			document.Text(s.title), document.VerdictCell(verdict), document.Text(findings),
		})
	}
	r.services.Logger.Info("finished", "duration", time.Since(started).Round(time.Millisecond))
	title := fmt.Sprintf("%s report, %s", r.period.name, r.period.end.In(r.services.Location).Format(time.DateOnly))
	return document.Document{
		Title: title, Location: r.services.Location,
		Facts: []document.Fact{
			{Name: "From", Value: document.Text(document.Time(r.period.start(), r.services.Location))},
			{Name: "To", Value: document.Text(document.Time(r.period.end, r.services.Location))},
			{Name: "Environment", Value: document.Text(r.period.environment)},
			{Name: "Compared with", Value: document.Text("the " + document.Duration(r.period.span) + " before")},
		},
		Sections: append([]document.Section{{Title: "Checklist", Tables: []document.Table{overview}, Notes: r.notes}}, details...),
	}, nil
}

// readHistory reads what several sections need. Without Alertmanager, no silence is known.
func (r *run) readHistory(ctx context.Context) error {
	from := r.period.previous().start()
	matchers := r.period.expand(`environment=~"$environment"`)
	var err error
	if r.episodes, err = alerts.Read(ctx, r.services.Prometheus, matchers, from, r.period.end); err != nil {
		return err
	}
	if r.actions.Deployments, err = alerts.Deployments(ctx, r.services.Prometheus, matchers, from, r.period.end); err != nil {
		return err
	}
	if r.services.Alertmanager == nil {
		return nil
	}
	if r.actions.Silences, err = r.services.Alertmanager.Silences(ctx); err != nil {
		r.notes = append(r.notes, "Silences are unknown: "+err.Error())
	}
	return nil
}

// answer writes one section. findings names what needs attention.
func (r *run) answer(ctx context.Context, s section) (document.Section, document.Verdict, string, error) {
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
	verdict, findings := r.add(&detail, answers)
	for i, t := range tables {
		detail.Tables = append(detail.Tables, t)
		if failures[i] != nil {
			detail.Notes = append(detail.Notes, failures[i].Error())
		}
	}
	if s.extra != nil {
		added, err := s.extra(ctx, r, &detail)
		if err != nil {
			return detail, "", "", err
		}
		verdict = document.Worst(verdict, added)
	}
	return detail, verdict, findings, ctx.Err()
}

// add adds the boxes of a section as one table, and their charts.
func (r *run) add(detail *document.Section, answers []answer) (verdict document.Verdict, findings string) {
	if len(answers) == 0 {
		return "", ""
	}
	table := document.Table{Columns: []string{"Check", "Value", "Target", "Previous", "Change", "Verdict", "Panel"}}
	for _, a := range answers {
		if a.failed != nil {
			detail.Notes = append(detail.Notes, a.failed.Error())
		}
		for _, w := range a.rows[:min(len(a.rows), maxRows)] {
			table.Rows = append(table.Rows, r.cells(a.box, w))
		}
		if more := len(a.rows) - maxRows; more > 0 {
			detail.Notes = append(detail.Notes, fmt.Sprintf("%s: %d more rows are on the panel.", a.box.title, more))
		}
		for _, w := range a.rows {
			verdict = document.Worst(verdict, overall(w.verdict))
			if w.verdict == document.Attention {
				findings += separated(findings) + w.name + " " + a.box.unit.Format(w.value)
			}
		}
		if a.chart != nil {
			detail.Charts = append(detail.Charts, *a.chart)
		}
	}
	detail.Tables = append(detail.Tables, table)
	return verdict, findings
}

// overall counts a value without a target as ok.
func overall(v document.Verdict) document.Verdict {
	if v == "" {
		return document.OK
	}
	return v
}

func separated(text string) string {
	if text == "" {
		return ""
	}
	return "; "
}

// current returns the episodes that fired in the period, and their number in the one before.
func (r *run) current(matches func(alerts.Episode) bool) (episodes []alerts.Episode, before int) {
	for _, e := range r.episodes {
		switch {
		case !matches(e):
		case e.End.After(r.period.start()):
			episodes = append(episodes, e)
		default:
			before++
		}
	}
	return slices.Clip(episodes), before
}
