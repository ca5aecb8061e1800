// Package logs counts what the log drain tells: requests and their status, crashes, the firewall, and what the application
// prints, Winston's JSON above all.
package logs

import (
	"sync"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// Options are what a drain needs.
type Options struct {
	MaxRows  int                 // of a delivery
	Lists    func() *bound.Lists // what a label may say; asked once a delivery
	Seen     *seen.Window        // remembers rows and requests
	Requests *requests.Metrics   // takes the durations that lines tell of; nil where latency comes from traces
}

// Drain is the log drain: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	*metrics

	options Options
	spare   sync.Pool // of *memory
}

// New returns a drain that has counted nothing.
func New(options Options) *Drain {
	return &Drain{options: options, metrics: newMetrics(), spare: sync.Pool{New: func() any { return &memory{} }}}
}

// Name implements intake.Drain.
func (d *Drain) Name() string { return "logs" }

// Path implements intake.Drain.
func (d *Drain) Path() string { return "/vercel/logs" }

// Forms implements intake.Drain.
func (d *Drain) Forms() []intake.Form { return []intake.Form{intake.JSON} }

// Take implements intake.Drain.
func (d *Drain) Take(body []byte, _ intake.Form) (batch.Tally, error) {
	t := take{lists: d.options.Lists(), seen: d.options.Seen, timed: d.options.Requests != nil, memory: d.spare.Get().(*memory)}
	defer d.spare.Put(t.memory)
	t.clear()
	_, tally, err := batch.Decode(body, d.options.MaxRows, t.decode)
	if err != nil {
		return batch.Tally{}, err
	}
	for i := range t.entries {
		e := &t.entries[i]
		if !d.options.Seen.Add(e.row) {
			tally.Duplicates++
			continue
		}
		tally.Counted++
		d.count(&t, e)
	}
	d.observeReports(&t)
	return tally, nil
}

// count counts a row that is new.
func (d *Drain) count(t *take, e *entry) {
	d.greet(greeting{e.environment, e.source}, t.lists.Events)
	if e.code != "" && t.first(e, factAnswered) {
		d.requests.of(request{e.environment, e.source, e.route, e.code}).Inc()
	}
	if e.crashed && t.first(e, factCrashed) {
		d.crashes.WithLabelValues(e.environment, e.route).Inc()
	}
	if e.action != "" && t.first(e, factFirewall) {
		d.actions.WithLabelValues(e.environment, e.action).Inc()
	}
	for _, m := range t.messages[e.from:e.to] {
		if m.level != "" {
			d.messages.of(said{e.environment, m.level, e.source}).Inc()
		}
		if m.event != "" {
			d.events.WithLabelValues(e.environment, m.event).Inc()
		}
	}
	switch e.timing.by {
	case application:
		d.observe(t, e)
	case platform:
		t.reports = append(t.reports, e)
	case nobody:
	}
}

// observeReports comes last, since a row of the application may stand behind that of the platform. Without a request's name,
// nothing would tell whether the application had told of it.
func (d *Drain) observeReports(t *take) {
	for _, e := range t.reports {
		if e.named {
			d.observe(t, e)
		}
	}
}

func (d *Drain) observe(t *take, e *entry) {
	if !t.first(e, factTimed) {
		return
	}
	d.options.Requests.Observe(requests.Request{
		Environment: e.environment, Method: e.timing.method, Route: e.timing.route, Code: e.timing.code, Duration: e.timing.took,
	})
}
