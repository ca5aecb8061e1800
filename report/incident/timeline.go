package incident

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/document"
)

const (
	// before and after the incident, the timeline shows what may belong to it.
	before = 2 * time.Hour
	after  = 30 * time.Minute
	// maxEvents limits the timeline.
	maxEvents = 200
)

// event is a line of the timeline.
type event struct {
	time time.Time
	text string
}

// state is a series that is 1 while all is well. Each change is an event.
type state struct {
	query      string
	label      model.LabelName
	good, poor string
}

func states() []state {
	return []state{
		{
			query: `min without (instance, pod, job) (probe_success{environment=~"$environment"})`, label: "target",
			good: "Probes of %s succeed", poor: "Probes of %s fail",
		},
		{
			query: `1 - max without (instance, pod, job, state) (marketplace_health_status{environment=~"$environment", state!="healthy"} == 1)`, label: "target",
			good: "%s reports healthy", poor: "%s does not report healthy",
		},
		{
			query: `min without (instance, pod, job) (marketplace_health_database_up{environment=~"$environment"})`, label: "target",
			good: "%s reports that its database is up", poor: "%s reports that its database is down",
		},
		{
			query: `max without (instance, pod, job) (pg_up{environment=~"$environment"})`, label: "datname",
			good: "The exporter can query the database %s", poor: "The exporter cannot query the database %s",
		},
	}
}

// timeline returns the events in the order of their time.
func (w *writer) timeline(ctx context.Context) (document.Table, error) {
	from, to := w.incident.Start.Add(-before), w.incident.End.Add(after)
	if to.After(w.now) {
		to = w.now
	}
	events, err := w.alertEvents(ctx, w.incident.Start.Add(-after), to)
	if err != nil {
		return document.Table{}, err
	}
	if w.actions.Deployments, err = alerts.Deployments(ctx, w.services.Prometheus, w.environment(), from, to); err != nil {
		return document.Table{}, err
	}
	for _, d := range w.actions.Deployments {
		events = append(events, event{d.Time, "Version " + d.Version + " deployed"})
	}
	for _, read := range []func(context.Context, time.Time, time.Time) ([]event, error){w.stateEvents, w.notificationEvents, w.silenceEvents} {
		more, err := read(ctx, w.incident.Start.Add(-after), to)
		if err != nil {
			return document.Table{}, err
		}
		events = append(events, more...)
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.text, b.text)) })
	if len(events) > maxEvents {
		w.notes = append(w.notes, fmt.Sprintf("The timeline ends after %d of %d events.", maxEvents, len(events)))
		events = events[:maxEvents]
	}
	table := document.Table{Columns: []string{"Time", "Event"}}
	for _, e := range events {
		table.Rows = append(table.Rows, []document.Cell{document.Text(document.Time(e.time, w.services.Location)), document.Text(e.text)})
	}
	return table, nil
}

// alertEvents returns the changes of all alerts, also of those that do not belong to the incident.
func (w *writer) alertEvents(ctx context.Context, from, to time.Time) ([]event, error) {
	episodes, err := w.read(ctx, `severity!=""`, from, to)
	if err != nil {
		return nil, err
	}
	var events []event
	for _, e := range episodes {
		name := e.Severity() + " " + e.Name()
		if subject := e.Subject(); subject != "" {
			name += " (" + subject + ")"
		}
		if e.Pending.Before(e.Firing) && e.Pending.After(from) {
			events = append(events, event{e.Pending, name + ": condition met"})
		}
		if e.Firing.After(from) {
			events = append(events, event{e.Firing, name + ": firing"})
		}
		if !e.Ongoing {
			events = append(events, event{e.End, name + ": resolved"})
		}
	}
	return events, nil
}

func (w *writer) stateEvents(ctx context.Context, from, to time.Time) ([]event, error) {
	window := w.chartWindow()
	var events []event
	for _, s := range states() {
		lines, err := w.services.Prometheus.Range(ctx, window.Expand(s.query), v1.Range{Start: from, End: to, Step: alerts.Step(to.Sub(from))})
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			for i, sample := range line.Values {
				// A series that begins is no change, since nothing was known before.
				if i == 0 || sample.Value == line.Values[i-1].Value {
					continue
				}
				text := s.good
				if sample.Value < 1 {
					text = s.poor
				}
				events = append(events, event{sample.Timestamp.Time(), fmt.Sprintf(text, line.Metric[s.label])})
			}
		}
	}
	return events, nil
}

// notificationEvents returns the first notification of each integration during the incident.
// Alertmanager counts notifications without the alert, so an integration that sends all the time,
// such as a heartbeat, is left out.
func (w *writer) notificationEvents(ctx context.Context, from, to time.Time) ([]event, error) {
	const (
		expr   = `sum by (integration) (alertmanager_notifications_total{%s}) - sum by (integration) (alertmanager_notifications_failed_total{%s})`
		steady = 5 // notifications before the incident
	)
	lines, err := w.services.Prometheus.Range(ctx, fmt.Sprintf(expr, w.environment(), w.environment()),
		v1.Range{Start: from, End: to, Step: alerts.Step(to.Sub(from))})
	if err != nil {
		return nil, err
	}
	var events []event
	for _, line := range lines {
		earlier := 0
		for i, sample := range line.Values {
			if i == 0 || sample.Value <= line.Values[i-1].Value {
				continue
			}
			if at := sample.Timestamp.Time(); at.Before(w.incident.Start) {
				earlier++
			} else {
				if earlier < steady {
					events = append(events, event{at, fmt.Sprintf("Alertmanager notified by %s", line.Metric["integration"])})
				}
				break
			}
		}
	}
	return events, nil
}

// silenceEvents returns the silences of the alerts of the incident.
func (w *writer) silenceEvents(ctx context.Context, from, to time.Time) ([]event, error) {
	if w.services.Alertmanager == nil {
		w.notes = append(w.notes, "Silences are unknown without --alertmanager.url.")
		return nil, nil
	}
	silences, err := w.services.Alertmanager.Silences(ctx)
	if err != nil {
		w.notes = append(w.notes, "Silences are unknown: "+err.Error())
		return nil, nil //nolint:nilerr // Alertmanager may be gone while Prometheus has the history
	}
	var events []event
	for _, s := range silences {
		matches := slices.ContainsFunc(w.incident.Episodes, func(e alerts.Episode) bool { return s.Matches(e.Labels) })
		if matches && s.StartsAt.After(from) && s.StartsAt.Before(to) {
			events = append(events, event{s.StartsAt, fmt.Sprintf("Silenced by %s until %s: %s",
				s.CreatedBy, s.EndsAt.UTC().Format("2006-01-02 15:04 MST"), s.Comment)})
		}
	}
	return events, nil
}
