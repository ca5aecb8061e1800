// Package traces counts the spans of the trace drain: the requests that the application served,
// their duration, and the calls that it made to other hosts.
//
// Several spans describe the same request, because Vercel, Next.js and the instrumentation of fetch
// each create one, and they may arrive in different deliveries. Spans therefore wait for the others
// of their trace before one span per request is counted.
package traces

import (
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// Options configure the drain.
type Options struct {
	row.Options
	Requests   *requests.Metrics // receives the requests; nil if they come from logs
	Wait       time.Duration     // how long a span waits for others of its trace; 0: only for its delivery
	MaxWaiting int               // spans that wait, or are kept after they were counted; more are flushed early
}

// Drain is the trace drain: a row.Handler, and the prometheus.Collector of its metrics.
type Drain struct {
	metric.Collectors

	calls        *prometheus.CounterVec
	callDuration *prometheus.HistogramVec
	environments allow.Initializer[string] // of calls

	options  Options
	pending  *pending
	late     prometheus.Counter
	lateness prometheus.Histogram
	spare    sync.Pool // of *memory
}

// New returns a drain without spans.
func New(options Options) *Drain {
	d := &Drain{
		calls: metric.NewCounterVec("marketplace_outbound_requests_total",
			"Calls of the application to other hosts, by outcome. A call without a response is failed.", "environment", "host", "outcome"),
		callDuration: metric.NewHistogramVec("marketplace_outbound_request_duration_seconds",
			"Duration of calls of the application to other hosts, for all outcomes.",
			[]float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}, "environment", "host"),
		options: options,
		pending: newPending(options.Wait, options.Dedupe.Length(), options.MaxWaiting),
		spare:   sync.Pool{New: func() any { return &memory{} }},
		late: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "marketplace_vercel_late_spans_total",
			Help: "Spans of requests and calls that arrived after --vercel.trace-wait, when another span of theirs had been counted. They are not counted again.",
		}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "marketplace_vercel_span_lateness_seconds",
			Help:    "Time between the arrival of the counted span and of a late span of the same request or call.",
			Buckets: []float64{1, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600},
		}),
	}
	d.Collectors = metric.Collectors{d.calls, d.callDuration, d.late, d.lateness, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "marketplace_vercel_spans_flushed_early_total",
		Help: "Spans counted before --vercel.trace-wait had passed, because too many spans were waiting. Their requests may count twice.",
	}, d.pending.flushedEarly)}
	return d
}

// Handle implements row.Handler. A row is a span, identified by its trace and span id.
func (d *Drain) Handle(body []byte, format inbound.Format) (row.Tally, error) {
	v := delivery{lists: d.options.Lists(), dedupe: d.options.Dedupe, maxSpans: d.options.MaxRows, memory: d.spare.Get().(*memory)}
	defer d.spare.Put(v.memory)
	v.entries = v.entries[:0]
	decode := v.decodeJSON
	if format == inbound.Protobuf {
		decode = v.decodeProtobuf
	}
	err := decode(body)
	if v.spans > v.maxSpans {
		err = row.TooMany(v.maxSpans)
	}
	if err != nil {
		return row.Tally{}, err
	}
	v.removeDuplicates()
	d.count(d.pending.add(v.entries))
	return v.tally, nil
}

// Flush counts the spans that have waited long enough. It is called before a scrape, because there
// may be no further delivery.
func (d *Drain) Flush() { d.count(d.pending.add(nil)) }

// Settle counts all waiting spans, at shutdown, and reports whether there were any.
func (d *Drain) Settle() bool {
	all := d.pending.settle()
	d.count(all)
	return len(all.entries) > 0
}

func (d *Drain) count(all flushed) {
	for _, lateness := range all.lateness {
		d.late.Inc()
		d.lateness.Observe(lateness.Seconds())
	}
	for i := range all.entries {
		e := &all.entries[i]
		switch {
		case e.role == call:
			d.countCall(e)
		case d.options.Requests != nil:
			d.options.Requests.Observe(e.Request)
		}
	}
}

func (d *Drain) countCall(e *entry) {
	lists := d.options.Lists()
	d.environments.Ensure(e.Environment, lists, func(environment string) {
		metric.Initialize(d.calls, []string{environment}, lists.Hosts.WithOther(),
			[]string{success, clientError, serverError, failed, allow.Unknown})
	})
	d.calls.WithLabelValues(e.Environment, e.host, e.outcome).Inc()
	d.callDuration.WithLabelValues(e.Environment, e.host).Observe(e.Duration.Seconds())
}

// delivery is one delivery that is being handled.
type delivery struct {
	lists    *allow.Lists
	dedupe   *inbound.Window
	maxSpans int
	spans    int // so far, valid or not
	tally    row.Tally
	*memory
}

// memory is reused by deliveries.
type memory struct {
	entries    []entry
	json       jsonWalker
	row.Reader // of the current span
	span       span
}

// beginSpan begins another span, and returns false if there are too many.
func (v *delivery) beginSpan() bool {
	v.spans++
	v.span = span{}
	v.Reset()
	return v.spans <= v.maxSpans
}

// addSpan adds the current span unless it is invalid.
func (v *delivery) addSpan() {
	v.Reject(v.span.validate())
	v.tally.Reject(v.Reason())
	if v.Reason() == "" {
		v.entries = append(v.entries, v.entry(&v.span))
	}
}

// setEnvironment sets the environment of the spans of a resource, which start at index first.
func (v *delivery) setEnvironment(first int, resource *attributes) {
	environment := allow.Environment(resource.environment)
	for i := first; i < len(v.entries); i++ {
		v.entries[i].Environment = environment
	}
}

func (v *delivery) removeDuplicates() {
	v.entries = slices.DeleteFunc(v.entries, func(e entry) bool {
		if v.dedupe.Add(v.dedupe.Key("vercel.span", e.trace[:], e.id[:])) {
			v.tally.Counted++
			return false
		}
		v.tally.Duplicates++
		return true
	})
}
