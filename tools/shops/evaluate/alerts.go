package evaluate

import (
	"cmp"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
)

// Episode is a time during which an alert fires.
type Episode struct {
	Alert, Severity string
	Labels          labels.Labels // of the result of the alert's expression
	Start, End      time.Time     // the end is zero while the alert fires
}

// instance is an alert with its labels that is pending or firing. Times are in milliseconds.
type instance struct {
	Episode            // its start is zero while the alert is pending
	activeSince  int64 // or 0
	missingSince int64 // or 0; when the expression ended while the alert keeps firing
}

// fire changes the instances of an alert as Prometheus does, with for and keep_firing_for.
func (r *Run) fire(rule rule, matrix promql.Matrix, steps steps) {
	results := map[uint64][]promql.FPoint{}
	for _, s := range matrix {
		hash := s.Metric.Hash()
		results[hash] = s.Floats
		if _, found := r.active[rule.id][hash]; !found {
			r.active[rule.id][hash] = instance{Episode: Episode{Alert: rule.Alert, Severity: rule.Labels["severity"], Labels: s.Metric}}
		}
	}
	for hash, i := range r.active[rule.id] {
		steps.each(results[hash], func(t int64, _ float64, found bool) {
			if i.step(rule, t, found); !i.End.IsZero() {
				r.ended = append(r.ended, i.Episode)
				i.Start, i.End, i.activeSince, i.missingSince = time.Time{}, time.Time{}, 0, 0
			}
		})
		r.active[rule.id][hash] = i
		if i.activeSince == 0 {
			delete(r.active[rule.id], hash)
		}
	}
}

// step changes an instance at the time of an evaluation.
func (i *instance) step(rule rule, t int64, found bool) {
	switch {
	case found:
		i.missingSince, i.activeSince = 0, cmp.Or(i.activeSince, t)
		if i.Start.IsZero() && t-i.activeSince >= time.Duration(rule.For).Milliseconds() {
			i.Start = time.UnixMilli(t)
		}
	case i.Start.IsZero():
		i.activeSince = 0
	default:
		i.missingSince = cmp.Or(i.missingSince, t)
		if t-i.missingSince >= time.Duration(rule.KeepFiringFor).Milliseconds() {
			i.End = time.UnixMilli(t)
		}
	}
}

// Episodes returns when alerts have fired, in the order of their starts.
func (r *Run) Episodes() []Episode {
	episodes := slices.Clone(r.ended)
	for _, instances := range r.active {
		for _, i := range instances {
			if !i.Start.IsZero() {
				episodes = append(episodes, i.Episode)
			}
		}
	}
	slices.SortFunc(episodes, func(a, b Episode) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Alert, b.Alert), labels.Compare(a.Labels, b.Labels))
	})
	return episodes
}
