package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
	"github.com/aimarketplace/monitoring/tools/shops/simulate"
)

// result is what the alerts of a shop did.
type result struct {
	shop     simulate.Shop
	days     int
	episodes []evaluate.Episode // without any incident
	found    []detection        // by incident
	unknown  []string
}

// detection is what the alerts did in an incident.
type detection struct {
	incident simulate.Incident
	alert    string        // the first of the incident's alerts
	severity string        // empty if none fired
	after    time.Duration // from the begin of the incident
	others   []string      // further alerts that fired
	late     []string      // the incident's alerts that still fired 15 minutes after its end
}

// start is a Monday. Four weeks later follow the payouts of a new month.
func start() time.Time { return time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC) }

// observe simulates a shop for days without any incident, and then each incident separately.
func observe(ctx context.Context, rules *evaluate.Rules, shop simulate.Shop, days int, incidents []simulate.Incident) (*result, error) {
	run := rules.NewRun()
	simulation := simulate.New(shop, run.Store, 1)
	now := start()
	for range days {
		next := now.AddDate(0, 0, 1)
		if err := advance(ctx, run, simulation, now, next, nil); err != nil {
			return nil, err
		}
		now = next
	}
	result := &result{shop: shop, days: days, episodes: append(run.Episodes, run.Firing()...), unknown: rules.Unknown(run.Store)}
	// Incidents begin at 13:00, on the weekday of the start after four weeks.
	noon := now.Add(13 * time.Hour)
	if err := advance(ctx, run, simulation, now, noon, nil); err != nil {
		return nil, err
	}
	for _, incident := range incidents {
		found, err := suffer(ctx, run.Clone(), simulation.Clone(), noon, incident)
		if err != nil {
			return nil, fmt.Errorf("simulating %q: %w", incident.Name, err)
		}
		result.found = append(result.found, found)
	}
	return result, nil
}

// advance simulates and evaluates the minutes from the first time to the last, without the last.
func advance(ctx context.Context, run *evaluate.Run, simulation *simulate.Simulation, first, last time.Time, incident *simulate.Incident) error {
	for at := first; at.Before(last); at = at.Add(time.Minute) {
		simulation.Tick(run.Store, at, incident)
	}
	return run.Evaluate(ctx, first, last.Add(-time.Minute))
}

// suffer simulates an incident and the 15 minutes after it.
func suffer(ctx context.Context, run *evaluate.Run, simulation *simulate.Simulation, first time.Time, incident simulate.Incident) (detection, error) {
	end := first.Add(incident.Lasts)
	if err := advance(ctx, run, simulation, first, end, &incident); err != nil {
		return detection{}, err
	}
	if err := advance(ctx, run, simulation, end, end.Add(16*time.Minute), nil); err != nil {
		return detection{}, err
	}
	d := detection{incident: incident}
	episodes := append(run.Episodes, run.Firing()...)
	slices.SortFunc(episodes, func(a, b evaluate.Episode) int { return a.Start.Compare(b.Start) })
	for _, e := range episodes {
		expected := slices.Contains(incident.Alerts, e.Alert)
		switch {
		case e.Start.Before(first) || !e.Start.Before(end):
			continue
		case expected && d.alert == "":
			d.alert, d.severity, d.after = e.Alert, e.Severity, e.Start.Sub(first)
		case !expected && !slices.Contains(d.others, e.Alert):
			d.others = append(d.others, e.Alert)
		}
		if expected && e.End.IsZero() && !slices.Contains(d.late, e.Alert) {
			d.late = append(d.late, e.Alert)
		}
	}
	return d, nil
}
