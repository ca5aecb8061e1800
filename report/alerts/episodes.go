// Package alerts reads the history of alerts from the series ALERTS of Prometheus.
package alerts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/prom"
)

// Episode is an alert from its condition until its resolution. Times are exact to the step with
// which they were read.
type Episode struct {
	Labels  model.Metric // of the alert, without alertstate
	Pending time.Time    // when its condition began
	Firing  time.Time
	End     time.Time // the last time read, if Ongoing
	Ongoing bool      // at the end of the range
}

// Name returns the name of the alert.
func (e Episode) Name() string { return string(e.Labels[model.AlertNameLabel]) }

// Severity returns P0 to P3.
func (e Episode) Severity() string { return string(e.Labels["severity"]) }

// Component returns the component that the alert is about.
func (e Episode) Component() string { return string(e.Labels["component"]) }

// Subject returns the labels that distinguish alerts of one name.
func (e Episode) Subject() string {
	var parts []string
	for name, value := range e.Labels {
		switch name {
		case model.AlertNameLabel, "severity", "component", "environment", "job":
		default:
			parts = append(parts, string(name)+"="+string(value))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// Duration returns how long the alert fired.
func (e Episode) Duration() time.Duration { return e.End.Sub(e.Firing) }

// Step returns the step for reading a range: seconds for an incident, a minute for a month.
func Step(span time.Duration) time.Duration {
	if span <= 2*24*time.Hour {
		return 15 * time.Second
	}
	return time.Minute
}

// Read returns the episodes of the alerts that match, which fired within a range, by their start.
// The Watchdog, which always fires, is left out. matchers are PromQL, such as severity="P0".
func Read(ctx context.Context, client *prom.Client, matchers string, from, to time.Time) ([]Episode, error) {
	step := Step(to.Sub(from))
	expr := `ALERTS{alertname!="Watchdog",` + matchers + `}`
	matrix, err := client.Range(ctx, expr, v1.Range{Start: from, End: to, Step: step})
	if err != nil {
		return nil, err
	}
	pending := map[model.Fingerprint][]span{}
	for _, stream := range matrix {
		if stream.Metric["alertstate"] == "pending" {
			pending[identity(stream.Metric).Fingerprint()] = spans(stream.Values, step)
		}
	}
	var episodes []Episode
	for _, stream := range matrix {
		if stream.Metric["alertstate"] != "firing" {
			continue
		}
		labels := identity(stream.Metric)
		for _, firing := range spans(stream.Values, step) {
			episode := Episode{
				Labels: labels, Pending: firing.start, Firing: firing.start, End: firing.end, Ongoing: !firing.end.Before(to),
			}
			if episode.Ongoing {
				episode.End = to
			}
			for _, p := range pending[labels.Fingerprint()] {
				if !p.start.After(firing.start) && !p.end.Add(step).Before(firing.start) {
					episode.Pending = p.start
				}
			}
			episodes = append(episodes, episode)
		}
	}
	slices.SortFunc(episodes, func(a, b Episode) int {
		return cmp.Or(a.Firing.Compare(b.Firing), cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Labels.String(), b.Labels.String()))
	})
	return episodes, nil
}

func identity(labels model.Metric) model.Metric {
	labels = labels.Clone()
	delete(labels, model.MetricNameLabel)
	delete(labels, "alertstate")
	return labels
}

// span is a part of a series without gaps.
type span struct{ start, end time.Time }

// spans splits samples at gaps. A span lasts until one step after its last sample, when the series
// was first missing.
func spans(samples []model.SamplePair, step time.Duration) []span {
	var found []span
	for _, sample := range samples {
		at := sample.Timestamp.Time()
		if n := len(found); n > 0 && !found[n-1].end.Before(at) {
			found[n-1].end = at.Add(step)
			continue
		}
		found = append(found, span{at, at.Add(step)})
	}
	return found
}
