package incident

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/document"
)

const (
	// lookback limits the search for the latest incident of an alert.
	lookback = 90 * 24 * time.Hour
	// around is read before and after a time, to find the alerts that overlap it.
	around = 24 * time.Hour
	// near is the distance from a time at which an incident still counts as that of the time.
	near = time.Hour
)

// find returns the incident of an alert, the latest one up to a time, or the one at a time.
func (w *writer) find(ctx context.Context, alert string, at time.Time) (alerts.Incident, error) {
	if alert == "" {
		return w.findAt(ctx, at)
	}
	episodes, err := w.read(ctx, "alertname="+strconv.Quote(alert), at.Add(-lookback), at.Add(around))
	if err != nil {
		return alerts.Incident{}, err
	}
	groups := slices.DeleteFunc(alerts.Group(episodes), func(i alerts.Incident) bool { return i.Start.After(at.Add(near)) })
	if len(groups) == 0 {
		return alerts.Incident{}, fmt.Errorf("%s did not fire in the %s before %s; hint: check the name, --environment and how "+
			"long Prometheus keeps its data", alert, document.Duration(lookback), at.UTC().Format(time.RFC3339))
	}
	latest := groups[len(groups)-1]
	others, err := w.read(ctx, `severity=~"P0|P1"`, latest.Start.Add(-around), latest.End.Add(around))
	if err != nil {
		return alerts.Incident{}, err
	}
	for _, i := range alerts.Incidents(others) {
		if !i.Start.After(latest.End) && !i.End.Before(latest.Start) && slices.Contains(i.Alerts(), alert) {
			return i, nil
		}
	}
	return latest, nil // an alert of P2 or P3
}

// findAt returns the incident that lasted at a time, or else the nearest.
func (w *writer) findAt(ctx context.Context, at time.Time) (alerts.Incident, error) {
	episodes, err := w.read(ctx, `severity=~"P0|P1"`, at.Add(-around), at.Add(around))
	if err != nil {
		return alerts.Incident{}, err
	}
	var found alerts.Incident
	distance := near + 1
	for _, i := range alerts.Incidents(episodes) {
		if d := max(i.Start.Sub(at), at.Sub(i.End), 0); d < distance {
			found, distance = i, d
		}
	}
	if distance > near {
		return found, fmt.Errorf("no P0 or P1 alert fired within an hour of %s; hint: name another alert with --alert", at.UTC().Format(time.RFC3339))
	}
	return found, nil
}

// read returns the episodes of alerts, up to now.
func (w *writer) read(ctx context.Context, matchers string, from, to time.Time) ([]alerts.Episode, error) {
	if to.After(w.now) {
		to = w.now
	}
	return alerts.Read(ctx, w.services.Prometheus, w.environment()+","+matchers, from, to)
}
