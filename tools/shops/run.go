package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
	"github.com/aimarketplace/monitoring/tools/shops/simulate"
)

// recovery is the time after an incident within which its alerts must end, in addition to the time
// that the incident took to become evident: recovery shows in as many cases.
const recovery = 15 * time.Minute

// endsLater reports whether an alert counts the failures of a day, and so fires for a day.
func endsLater(alert string) bool { return alert == "EmailFailuresDaily" }

// result is what the alerts of a shop did.
type result struct {
	shop       simulate.Shop
	days       int
	quiet      []evaluate.Episode // without any incident
	detections []detection        // one for each incident
}

// detection is what the alerts did in an incident.
type detection struct {
	incident simulate.Incident
	severity string           // the least that an alert must have
	first    evaluate.Episode // of the incident's alerts of that severity; empty if none fired
	after    time.Duration    // from the beginning of the incident
	evident  time.Duration    // from the beginning to the number of cases that shows the incident
	late     []string         // the incident's alerts that fired after the time of recovery
}

// start is a Monday. Four weeks later, sellers have been paid for a month.
func start() time.Time { return time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC) }

// observe simulates a shop for days without any incident, and then each incident separately.
func observe(ctx context.Context, rules *evaluate.Rules, shop simulate.Shop, days int, incidents []simulate.Incident) (*result, error) {
	run := rules.NewRun()
	simulation := simulate.New(shop, run.Store, 1)
	now := start()
	for range days {
		next := now.AddDate(0, 0, 1)
		if err := advance(ctx, run, simulation, now, next); err != nil {
			return nil, err
		}
		now = next
	}
	r := &result{shop: shop, days: days, quiet: run.Episodes()}
	noon := now.Add(13 * time.Hour)
	if err := advance(ctx, run, simulation, now, noon); err != nil {
		return nil, err
	}
	for _, incident := range incidents {
		d, err := detect(ctx, run.Clone(), simulation.Clone(), noon, incident, incident.Severity(shop))
		if err != nil {
			return nil, fmt.Errorf("simulating %q: %w", incident.Name, err)
		}
		r.detections = append(r.detections, d)
	}
	return r, nil
}

// advance simulates and evaluates the minutes from the first time to the last, without the last.
func advance(ctx context.Context, run *evaluate.Run, simulation *simulate.Simulation, first, last time.Time) error {
	for at := first; at.Before(last); at = at.Add(simulate.Interval) {
		simulation.Tick(run.Store, at, nil)
	}
	return run.Evaluate(ctx, first, last.Add(-time.Minute))
}

// detect simulates an incident and the recovery.
func detect(ctx context.Context, run *evaluate.Run, simulation *simulate.Simulation, first time.Time, incident simulate.Incident, severity string) (detection, error) {
	d := detection{incident: incident, severity: severity}
	end := first.Add(incident.Lasts)
	for at := first; at.Before(end); at = at.Add(simulate.Interval) {
		simulation.Tick(run.Store, at, &incident)
		if simulation.Affected() < incident.Cases {
			d.evident = at.Sub(first)
		}
	}
	if err := run.Evaluate(ctx, first, end.Add(-time.Minute)); err != nil {
		return d, err
	}
	if err := advance(ctx, run, simulation, end, end.Add(recovery+d.evident.Round(time.Minute)+time.Minute)); err != nil {
		return d, err
	}
	for _, e := range run.Episodes() {
		if !slices.Contains(incident.Alerts, e.Alert) {
			continue
		}
		if d.first.Alert == "" && e.Severity <= severity && !e.Start.Before(first) && e.Start.Before(end) {
			d.first, d.after = e, e.Start.Sub(first)
		}
		if e.End.IsZero() && !incident.Stays && !endsLater(e.Alert) {
			d.late = append(d.late, e.Alert)
		}
	}
	return d, nil
}
