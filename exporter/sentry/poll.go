package sentry

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// maxProjects limits the values of the label project; further projects become other.
const maxProjects = 50

// poll is the source of one poll.
type poll struct {
	client   *client
	metrics  metrics
	maxPages int
	projects *projects // kept, so that a project whose events stop has 0 instead of no series
	queries  atomic.Pointer[[]namedQuery]
}

// Descs implements source.Poll.
func (p *poll) Descs() []metric.Desc { return p.metrics.descs() }

// Parts implements source.Poll.
func (p *poll) Parts() []source.Part {
	parts := []source.Part{
		{Name: "issues", Collect: p.collectUnresolved},
		{Name: "new_issues", Collect: p.collectNew},
		{Name: "events", Collect: p.collectEvents},
		{Name: "outcomes", Collect: p.collectOutcomes},
		{Name: "sessions", Collect: p.collectSessions},
	}
	if len(*p.queries.Load()) > 0 {
		parts = append(parts, source.Part{Name: "queries", Collect: p.collectQueries})
	}
	return parts
}

func (p *poll) collectUnresolved(ctx context.Context, ch chan<- prometheus.Metric) error {
	issues, truncated, err := p.client.issues(ctx, "is:unresolved", p.maxPages)
	if err != nil {
		return err
	}
	ch <- p.metrics.truncated.Metric(metric.Bool(truncated), "unresolved")
	counts, oldest := map[[3]string]float64{}, map[string]time.Time{}
	for _, name := range p.projects.list() {
		initialize(counts, name, levels()[:2], substatuses())
	}
	for _, issue := range issues {
		name, level := p.projects.label(issue.Project.Slug), metric.Among(issue.Level, levels()...)
		if _, known := counts[[3]string{name, "error", "new"}]; !known {
			initialize(counts, name, levels()[:2], substatuses())
		}
		counts[[3]string{name, level, issue.substatus()}]++
		first := issue.firstSeen()
		if earliest, known := oldest[name]; !first.IsZero() && (level == "error" || level == "fatal") {
			if !known || first.Before(earliest) {
				oldest[name] = first
			}
		}
	}
	for labels, count := range counts {
		ch <- p.metrics.unresolved.Metric(count, labels[:]...)
	}
	for name, first := range oldest {
		ch <- p.metrics.oldest.Metric(float64(first.Unix()), name)
	}
	return nil
}

// initialize adds zeros for every level and value of the third label.
func initialize(counts map[[3]string]float64, project string, levels, values []string) {
	for _, level := range levels {
		for _, value := range values {
			counts[[3]string{project, level, value}] += 0
		}
	}
}

func (p *poll) collectNew(ctx context.Context, ch chan<- prometheus.Metric) error {
	issues, truncated, err := p.client.issues(ctx, "firstSeen:-24h", p.maxPages)
	if err != nil {
		return err
	}
	ch <- p.metrics.truncated.Metric(metric.Bool(truncated), "new")
	counts := map[[3]string]float64{}
	for _, name := range p.projects.list() {
		initialize(counts, name, levels()[:2], windows())
	}
	now := time.Now()
	for _, issue := range issues {
		name, level := p.projects.label(issue.Project.Slug), metric.Among(issue.Level, levels()...)
		initialize(counts, name, levels()[:2], windows())
		counts[[3]string{name, level, "1d"}]++
		if now.Sub(issue.firstSeen()) <= time.Hour {
			counts[[3]string{name, level, "1h"}]++
		}
	}
	for labels, count := range counts {
		ch <- p.metrics.firstSeen.Metric(count, labels[:]...)
	}
	return nil
}

func (p *poll) collectEvents(ctx context.Context, ch chan<- prometheus.Metric) error {
	for _, window := range windows() {
		volumes, err := p.client.volumes(ctx, "", period(window))
		if err != nil {
			return err
		}
		byLabel := map[string]volume{}
		for _, name := range p.projects.list() {
			byLabel[name] = volume{} // a project without events has no row
		}
		for project, v := range volumes {
			sum := byLabel[p.projects.label(project)]
			byLabel[p.projects.label(project)] = volume{sum.events + v.events, sum.users + v.users}
		}
		for name, v := range byLabel {
			ch <- p.metrics.events.Metric(v.events, name, window)
			ch <- p.metrics.users.Metric(v.users, name, window)
		}
	}
	return nil
}

func (p *poll) collectOutcomes(ctx context.Context, ch chan<- prometheus.Metric) error {
	for _, window := range windows() {
		outcomes, err := p.client.outcomes(ctx, period(window))
		if err != nil {
			return err
		}
		counts := map[string]float64{}
		for _, outcome := range outcomeValues() {
			counts[outcome] = 0
		}
		for outcome, count := range outcomes {
			counts[metric.Among(outcome, outcomeValues()...)] += count
		}
		for outcome, count := range counts {
			ch <- p.metrics.outcomes.Metric(count, outcome, window)
		}
	}
	return nil
}

func (p *poll) collectSessions(ctx context.Context, ch chan<- prometheus.Metric) error {
	ratios, err := p.client.crashFree(ctx)
	for of, ratio := range ratios {
		ch <- p.metrics.crashFreeSessions.Metric(ratio, of)
	}
	return err
}

func (p *poll) collectQueries(ctx context.Context, ch chan<- prometheus.Metric) error {
	for _, query := range *p.queries.Load() {
		for _, window := range windows() {
			volumes, err := p.client.volumes(ctx, query.Query, period(window))
			if err != nil {
				return err
			}
			var sum volume
			for _, v := range volumes {
				sum = volume{sum.events + v.events, sum.users + v.users}
			}
			ch <- p.metrics.queryEvents.Metric(sum.events, query.Name, window)
			ch <- p.metrics.queryUsers.Metric(sum.users, query.Name, window)
		}
	}
	return nil
}

// projects are the values of the label project: the configured ones and, up to a limit, those that
// Sentry reports.
type projects struct{ names []string }

func newProjects(configured []string) *projects { return &projects{slices.Clone(configured)} }

func (p *projects) list() []string { return p.names }

func (p *projects) label(slug string) string {
	if slices.Contains(p.names, slug) {
		return slug
	}
	if slug == "" || len(p.names) >= maxProjects {
		return metric.Other
	}
	p.names = append(p.names, slug)
	return slug
}
