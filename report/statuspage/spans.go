package statuspage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// span is a time in which alerts of a component fire, with the highest status that they cause.
type span struct {
	component  string
	status     Status
	start, end time.Time
}

// readSpans reads when the given alerts fired since from. Starts are always those of the first
// minute in which the alert fires, since identifiers depend on them. Ends are minutes in the last
// hour, and rounded up to five minutes before it.
func (s source) readSpans(ctx context.Context, alerts map[alert]Status, from, now time.Time) ([]span, error) {
	recent := now.Add(-time.Hour)
	if !from.Before(recent) {
		return s.readSpansIn(ctx, alerts, from, now, time.Minute)
	}
	coarse, err := s.readSpansIn(ctx, alerts, from, recent, 5*time.Minute)
	if err != nil {
		return nil, err
	}
	// Again from the last coarse step, which may be up to five minutes before recent.
	fine, err := s.readSpansIn(ctx, alerts, recent.Add(-5*time.Minute), now, time.Minute)
	return append(coarse, fine...), err
}

func (s source) readSpansIn(ctx context.Context, alerts map[alert]Status, from, to time.Time, step time.Duration) ([]span, error) {
	// The value is the time of the alert in the first minute of each step. Maintenance is no
	// incident.
	expr := fmt.Sprintf(`min by (component, alertname) (min_over_time((`+
		`timestamp(ALERTS{alertstate="firing",severity=~"P0|P1",component=~%q,environment=~%q})`+
		` unless on (component, environment) component:marketplace_maintenance_remaining:seconds)[%ds:1m]))`,
		strings.Join(componentNames(), "|"), s.matcher(), int(step.Seconds()))
	matrix, err := s.querier.Range(ctx, expr, v1.Range{Start: from.Truncate(step), End: to, Step: step})
	if err != nil {
		return nil, err
	}
	var spans []span
	for _, stream := range matrix {
		component := string(stream.Metric["component"])
		status := alerts[alert{component, string(stream.Metric["alertname"])}]
		if status == 0 { // an alert that visitors do not notice
			continue
		}
		for _, point := range stream.Values {
			began := time.UnixMilli(int64(float64(point.Value) * 1000)).UTC()
			spans = append(spans, span{component, status, began, point.Timestamp.Time().UTC()})
		}
	}
	return joinSpans(spans), nil
}

// joinSpans joins the spans of a component that overlap or are less than joinGap apart.
func joinSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(strings.Compare(a.component, b.component), a.start.Compare(b.start))
	})
	var joined []span
	for _, next := range spans {
		last := len(joined) - 1
		if last < 0 || joined[last].component != next.component || next.start.Sub(joined[last].end) >= joinGap {
			joined = append(joined, next)
			continue
		}
		joined[last].status = max(joined[last].status, next.status)
		if next.end.After(joined[last].end) {
			joined[last].end = next.end
		}
	}
	return joined
}
