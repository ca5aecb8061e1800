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
	labels    labels.Labels
	activeAt  int64 // when it became pending
	firedAt   int64 // 0 while it is pending
	endsSince int64 // when the expression ended while it keeps firing, or 0
}

// fire changes the instances of an alert as Prometheus does, with for and keep_firing_for.
func (r *Run) fire(rule rule, matrix promql.Matrix, steps steps) {
	results := map[uint64][]promql.FPoint{}
	for _, s := range matrix {
		hash := s.Metric.Hash()
		results[hash] = s.Floats
		if _, found := r.active[rule.id][hash]; !found {
			r.active[rule.id][hash] = instance{labels: s.Metric}
		}
	}
	for hash, i := range r.active[rule.id] {
		steps.each(results[hash], func(t int64, _ float64, found bool) {
			if ended := i.step(rule, t, found); ended.Alert != "" {
				r.ended = append(r.ended, ended)
			}
		})
		r.active[rule.id][hash] = i
		if i.activeAt == 0 {
			delete(r.active[rule.id], hash)
		}
	}
}

// step evaluates an instance at a time. It returns the episode that ends, if one does.
func (i *instance) step(rule rule, t int64, found bool) Episode {
	switch {
	case !found && i.firedAt == 0:
		i.activeAt = 0
	case !found:
		if i.endsSince == 0 {
			i.endsSince = t
		}
		if t-i.endsSince >= time.Duration(rule.KeepFiringFor).Milliseconds() {
			ended := i.episode(rule)
			ended.End = time.UnixMilli(t)
			*i = instance{labels: i.labels}
			return ended
		}
	default:
		i.endsSince = 0
		if i.activeAt == 0 {
			i.activeAt = t
		}
		if i.firedAt == 0 && t-i.activeAt >= time.Duration(rule.For).Milliseconds() {
			i.firedAt = t
		}
	}
	return Episode{}
}

func (i *instance) episode(rule rule) Episode {
	return Episode{Alert: rule.Alert, Severity: rule.Labels["severity"], Labels: i.labels, Start: time.UnixMilli(i.firedAt)}
}

// Episodes returns when alerts have fired, in the order of their starts.
func (r *Run) Episodes() []Episode {
	episodes := slices.Clone(r.ended)
	for _, u := range r.rules.units {
		for _, rule := range u.rules {
			for _, i := range r.active[rule.id] {
				if i.firedAt > 0 {
					episodes = append(episodes, i.episode(rule))
				}
			}
		}
	}
	slices.SortFunc(episodes, func(a, b Episode) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Alert, b.Alert), labels.Compare(a.Labels, b.Labels))
	})
	return episodes
}
