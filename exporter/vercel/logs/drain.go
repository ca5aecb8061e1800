// Package logs counts what the log drain tells: requests and their status, crashes, the firewall, and what the application
// prints, Winston's JSON above all.
package logs

import (
	"cmp"
	"sync"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// messagesPerRow is how many messages the rows of a delivery may have on average: a message of brackets has thousands.
const messagesPerRow = 10

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
	return &Drain{options: options, metrics: newMetrics(), spare: sync.Pool{New: func() any { return &memory{codes: map[seen.Key]string{}} }}}
}

// Name implements intake.Drain.
func (d *Drain) Name() string { return "logs" }

// Path implements intake.Drain.
func (d *Drain) Path() string { return "/vercel/logs" }

// Forms implements intake.Drain.
func (d *Drain) Forms() []intake.Form { return []intake.Form{intake.JSON} }

// Take implements intake.Drain.
func (d *Drain) Take(body []byte, _ intake.Form) (batch.Tally, error) {
	t := take{
		lists: d.options.Lists(), seen: d.options.Seen, timed: d.options.Requests != nil,
		mostMessages: messagesPerRow * d.options.MaxRows, memory: d.spare.Get().(*memory),
	}
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
		t.fresh = append(t.fresh, e)
		d.count(&t, e)
	}
	d.answer(&t)
	if t.timed {
		d.time(&t)
	}
	return tally, nil
}

// count counts what a row that is new says for itself.
func (d *Drain) count(t *take, e *entry) {
	d.greet(greeting{e.environment, e.source}, t.lists)
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
}

// answer counts each request by its status. A row that has what the visitor got goes before one that has what a function
// answered, wherever in the delivery it is.
func (d *Drain) answer(t *take) {
	for _, byVisitor := range []bool{true, false} {
		for _, e := range t.fresh {
			if e.code == "" || e.visitors != byVisitor {
				continue
			}
			if t.timed && e.named {
				t.codes[e.request] = cmp.Or(t.codes[e.request], e.code)
			}
			if t.first(e, factAnswered) {
				d.requests.of(request{e.environment, e.source, e.route, e.code}).Inc()
			}
		}
	}
}

// time measures each request once, by who knows best how long it took.
func (d *Drain) time(t *take) {
	for _, by := range []witness{applicationAtTheEnd, application, platform} {
		for _, e := range t.fresh {
			// Without a request's name, nothing would tell whether the application had told of it, too.
			if e.timing.by != by || by == platform && !e.named || !t.first(e, factTimed) {
				continue
			}
			if e.timing.code == bound.Unknown {
				e.timing.code = cmp.Or(t.codes[e.request], bound.Unknown)
			}
			d.options.Requests.Observe(requests.Request{
				Environment: e.environment, Method: e.timing.method, Route: e.timing.route, Code: e.timing.code, Duration: e.timing.took,
			})
		}
	}
}
