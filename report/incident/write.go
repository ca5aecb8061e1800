package incident

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/link"
	"github.com/aimarketplace/monitoring/report/query"
	"github.com/aimarketplace/monitoring/rules"
)

// writer writes one report.
type writer struct {
	services command.Services
	links    link.Links
	now      time.Time
	incident alerts.Incident
	actions  alerts.Actions
	notes    []string
}

// environment returns the matcher of the environment.
func (w *writer) environment() string {
	return query.Window{Environment: w.services.Environment}.Expand(`environment=~"$environment"`)
}

// impactWindow is the time whose requests and payments count: the incident, but at least as long as
// the rates that rules record.
func (w *writer) impactWindow() query.Window {
	const shortest = 5 * time.Minute
	window := query.Window{From: w.incident.Start, To: w.incident.End, Environment: w.services.Environment}
	if window.Span() < shortest {
		window.From = window.To.Add(-shortest)
	}
	return window
}

// chartWindow is the incident with some time before and after it.
func (w *writer) chartWindow() query.Window {
	const points, shortest = 240, 15 * time.Second
	margin := max(time.Hour, w.incident.End.Sub(w.incident.Start)/2)
	window := query.Window{From: w.incident.Start.Add(-margin), To: w.incident.End.Add(margin), Environment: w.services.Environment}
	if window.To.After(w.now) {
		window.To = w.now
	}
	window.Interval = max(shortest, (window.Span() / points).Truncate(time.Second))
	return window
}

func (w *writer) write(ctx context.Context, alert string, at time.Time) (document.Document, error) {
	log := w.services.Logger
	log.Info("searching the incident", "alert", alert, "at", at)
	var err error
	if w.incident, err = w.find(ctx, alert, at); err != nil {
		return document.Document{}, err
	}
	log.Info("reading the impact", "from", w.incident.Start, "to", w.incident.End)
	impact, summary := w.impact(ctx)
	log.Info("reading the timeline")
	timeline, err := w.timeline(ctx)
	if err != nil {
		return document.Document{}, err
	}
	log.Info("drawing the graphs")
	graphs := w.graphs(ctx)
	links, err := w.alertTable()
	if err != nil {
		return document.Document{}, err
	}
	return document.Document{
		Title:    fmt.Sprintf("Incident Report: %s %s", w.incident.Start.In(w.services.Location).Format(time.DateOnly), strings.Join(w.incident.Alerts(), ", ")),
		Location: w.services.Location,
		Facts:    w.facts(summary),
		Sections: append([]document.Section{
			{Title: "Impact", Tables: []document.Table{impact}},
			{Title: "Timeline", Tables: []document.Table{timeline}, Notes: w.notes, Tasks: []string{
				"Investigation started: HH:MM", "Root cause identified: HH:MM", "Fix applied: HH:MM", "Service restored: HH:MM",
			}},
			{Title: "Graphs", Charts: graphs},
			{Title: "Alerts", Tables: []document.Table{links}},
		}, postMortem()...),
	}, nil
}

// note reports failures in the document, so that the rest of it is still useful.
func (w *writer) note(failures []error) {
	for _, err := range failures {
		if err != nil {
			w.notes = append(w.notes, err.Error())
		}
	}
}

// facts returns the summary of the template.
func (w *writer) facts(impact string) []document.Fact {
	i, location := w.incident, w.services.Location
	end, duration := document.Time(i.End, location), document.Duration(i.End.Sub(i.Start))
	if i.Ongoing {
		end, duration = "not resolved", duration+" until now"
	}
	return []document.Fact{
		{Name: "Severity", Value: document.Text(i.Severity())},
		{Name: "Start Time", Value: document.Text(document.Time(i.Start, location))},
		{Name: "End Time", Value: document.Text(end)},
		{Name: "Duration", Value: document.Text(duration)},
		{Name: "Components", Value: document.Text(strings.Join(i.Components(), ", "))},
		{Name: "Impact", Value: document.Text(impact)},
	}
}

// alertTable lists the alerts of the incident with links to runbooks and panels. The panels come
// from the rules of this version.
func (w *writer) alertTable() (document.Table, error) {
	bundle, err := rules.Load()
	if err != nil {
		return document.Table{}, fmt.Errorf("reading the rules: %w", err)
	}
	panels := map[string]string{}
	for _, rule := range bundle.Alerts() {
		panels[rule.Alert] = rule.Annotations["panel"]
	}
	window := w.chartWindow()
	table := document.Table{Columns: []string{"Alert", "Severity", "Component", "Labels", "Firing", "Panel"}}
	for _, e := range w.incident.Episodes {
		firing := document.Duration(e.Duration())
		if e.Ongoing {
			firing += ", still firing"
		}
		table.Rows = append(table.Rows, []document.Cell{
			w.links.Runbook(e.Name()), document.Text(e.Severity()), document.Text(e.Component()), document.Text(e.Subject()),
			document.Text(firing), w.links.Panel(panels[e.Name()], link.Range{From: window.From, To: window.To}),
		})
	}
	return table, nil
}

// postMortem returns what people fill in.
func postMortem() []document.Section {
	return []document.Section{
		{Title: "Root Cause", Tasks: []string{
			"What failed, and which change or event caused it?",
			"Why was it not found before it reached production?",
		}},
		{Title: "Resolution", Tasks: []string{
			"Which steps ended the impact, and who took them?",
			"Is the fix permanent, or does a workaround remain?",
		}},
		{Title: "Prevention", Tasks: []string{
			"Action item 1: what, who, until when",
			"Action item 2: what, who, until when",
			"Action item 3: what, who, until when",
		}},
		{Title: "Lessons Learned", Tasks: []string{
			"Did an alert fire before users noticed, and did it lead to the cause?",
			"Did the runbook help? What is missing?",
			"Were escalation and communication in time?",
			"Which part of the process should change?",
		}},
	}
}
