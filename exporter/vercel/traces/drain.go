// Package traces counts what the trace drain tells: the requests that the application answered, how long that took, and whom
// it called meanwhile.
package traces

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// Options are what a drain needs.
type Options struct {
	MaxRows    int                 // spans of a delivery
	Lists      func() *bound.Lists // what a label may say; asked once a delivery
	Seen       *seen.Window        // remembers spans
	Requests   *requests.Metrics   // takes the requests; nil where another drain tells of them
	Patience   time.Duration       // how long a span waits for others of its trace; 0 for those of its delivery alone
	MaxWaiting int                 // spans that wait at once; more are counted early
}

// Drain is the trace drain: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	*calls

	options Options
	pending *pending
	spare   sync.Pool // of *memory
}

// New returns a drain that has counted nothing.
func New(options Options) *Drain {
	d := &Drain{
		options: options, calls: newCalls(options.Lists), pending: newPending(options.Patience, options.MaxWaiting),
		spare: sync.Pool{New: func() any { return &memory{} }},
	}
	d.Collectors = append(d.Collectors, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "marketplace_vercel_hurried_spans_total",
		Help: "Spans that were counted before others of their trace could come, since too many were waiting: a request among them may count twice.",
	}, d.pending.hurried))
	return d
}

// Name implements intake.Drain.
func (d *Drain) Name() string { return "traces" }

// Path implements intake.Drain.
func (d *Drain) Path() string { return "/vercel/traces" }

// Forms implements intake.Drain.
func (d *Drain) Forms() []intake.Form { return []intake.Form{intake.JSON, intake.Protobuf} }

// Take implements intake.Drain. A row is a span, known by its trace and its own id.
func (d *Drain) Take(body []byte, form intake.Form) (batch.Tally, error) {
	t := take{lists: d.options.Lists(), seen: d.options.Seen, most: d.options.MaxRows, memory: d.spare.Get().(*memory)}
	defer d.spare.Put(t.memory)
	t.clear()
	read := t.readJSON
	if form == intake.Protobuf {
		read = t.readProtobuf
	}
	if err := read(body); err != nil {
		return batch.Tally{}, err
	}
	t.forgetRepeated()
	d.count(d.pending.add(t.entries))
	return t.tally, nil
}

// Settle counts what has waited long enough. It is to be called before a scrape: deliveries may have ceased.
func (d *Drain) Settle() { d.count(d.pending.due()) }

func (d *Drain) count(entries []entry) {
	for i := range entries {
		e := &entries[i]
		switch {
		case e.role == outbound:
			d.observe(e)
		case d.options.Requests != nil:
			d.options.Requests.Observe(requests.Request{
				Environment: e.environment, Method: e.method, Route: e.route, Code: e.code, Duration: e.took,
			})
		}
	}
}
