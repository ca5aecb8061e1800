// Package traces counts what the trace drain tells: the requests that the application answered, how long that took, and whom
// it called meanwhile.
package traces

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
	MaxRows  int                 // spans of a delivery
	Lists    func() *bound.Lists // what a label may say; asked once a delivery
	Seen     *seen.Window        // remembers spans
	Requests *requests.Metrics   // takes the requests; nil where another drain tells of them
}

// Drain is the trace drain: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	*calls

	options Options
	spare   sync.Pool // of *memory
}

// New returns a drain that has counted nothing.
func New(options Options) *Drain {
	return &Drain{options: options, calls: newCalls(), spare: sync.Pool{New: func() any { return newMemory() }}}
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
	t.relate()
	for i := range t.entries {
		e := &t.entries[i]
		if !d.options.Seen.Add(e.key) {
			t.tally.Duplicates++
			continue
		}
		t.tally.Counted++
		d.count(&t, e)
	}
	return t.tally, nil
}

func (d *Drain) count(t *take, e *entry) {
	switch {
	case e.role == outbound && t.isCall(e):
		d.observe(e)
	case (e.role == nextRoot || e.role == inbound) && t.isRequest(e) && d.options.Requests != nil:
		d.options.Requests.Observe(requests.Request{
			Environment: e.environment, Method: e.method, Route: e.route, Code: e.code, Duration: e.took,
		})
	}
}
