// Package logs counts the rows of the log drain: requests and their status, crashes, actions of the
// firewall, and the messages of the application, above all the JSON of Winston.
//
// Several rows may belong to one request, and each of them may be delivered more than once. A
// request therefore has one deduplication entry for each [fact] that is counted about it.
package logs

import (
	"cmp"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// Drain is the log drain: a row.Handler, and the prometheus.Collector of its metrics.
type Drain struct {
	metric.Collectors

	requests, messages, dropped, events, crashes, actions *prometheus.CounterVec

	endpoints    allow.Initializer[endpoint]
	origins      allow.Initializer[origin]
	environments allow.Initializer[string]

	options   row.Options
	durations *requests.Metrics // nil if they come from traces
	spare     sync.Pool         // of *memory
}

type (
	endpoint struct{ environment, source, route string }
	origin   struct{ environment, source string }
)

// New returns a drain without rows. Durations receives the durations of requests; it is nil if they
// come from traces.
func New(options row.Options, durations *requests.Metrics) *Drain {
	d := &Drain{
		requests: metric.NewCounterVec("marketplace_edge_requests_total",
			"Requests in the log drain, including static files and cached pages, by status code. Common codes appear as they are, others as their class.",
			"environment", "source", "route", "code"),
		messages: metric.NewCounterVec("marketplace_log_messages_total",
			"Log messages, by level. A message without a level of its own has the level that Vercel assigned.",
			"environment", "level", "source"),
		dropped: metric.NewCounterVec("marketplace_log_messages_dropped_total",
			"Log messages and events beyond the first 10 of a row, which no other metric counts.", "environment", "source"),
		events: metric.NewCounterVec("marketplace_log_events_total",
			"Log messages of the application that --vercel.events-file lists as events.", "environment", "event"),
		crashes: metric.NewCounterVec("marketplace_function_crashes_total",
			"Requests without a response because their function crashed.", "environment", "route"),
		actions: metric.NewCounterVec("marketplace_firewall_actions_total",
			"Requests on which the firewall acted, by action.", "environment", "action"),
		options: options, durations: durations,
		spare: sync.Pool{New: func() any {
			return &memory{rows: newRowReader(), lines: newScanner(), codes: map[inbound.Key]string{}}
		}},
	}
	d.Collectors = metric.Collectors{d.requests, d.messages, d.dropped, d.events, d.crashes, d.actions}
	return d
}

// Handle implements row.Handler.
func (d *Drain) Handle(body []byte, _ inbound.Format) (row.Tally, error) {
	v := delivery{
		lists: d.options.Lists(), dedupe: d.options.Dedupe, timed: d.durations != nil,
		memory: d.spare.Get().(*memory),
	}
	defer d.spare.Put(v.memory)
	v.entries, v.messages, v.fresh = v.entries[:0], v.messages[:0], v.fresh[:0]
	clear(v.codes)
	tally, err := row.Decode(body, row.Logs, d.options.MaxRows, v.decode)
	if err != nil {
		return row.Tally{}, err
	}
	for i := range v.entries {
		e := &v.entries[i]
		if !v.dedupe.Add(e.key) {
			tally.Duplicates++
			continue
		}
		tally.Counted++
		v.fresh = append(v.fresh, e)
		d.count(&v, e)
	}
	d.countRequests(&v)
	if v.timed {
		d.observeDurations(&v)
	}
	return tally, nil
}

// count counts what does not depend on other rows of the request.
func (d *Drain) count(v *delivery, e *entry) {
	d.initialize(origin{e.environment, e.source}, v.lists)
	if e.crashed && v.isFirst(e, factCrash) {
		d.crashes.WithLabelValues(e.environment, e.route).Inc()
	}
	if e.action != "" && v.isFirst(e, factFirewall) {
		d.actions.WithLabelValues(e.environment, e.action).Inc()
	}
	if e.dropped > 0 {
		d.dropped.WithLabelValues(e.environment, e.source).Add(float64(e.dropped))
	}
	for _, m := range v.messages[e.from:e.to] {
		if m.level != "" {
			d.messages.WithLabelValues(e.environment, m.level, e.source).Inc()
		}
		if m.event != "" {
			d.events.WithLabelValues(e.environment, m.event).Inc()
		}
	}
}

// countRequests counts each request by its status. Rows with the status that the visitor received
// take precedence over rows with the status of a function, in any order.
func (d *Drain) countRequests(v *delivery) {
	for _, fromProxy := range []bool{true, false} {
		for _, e := range v.fresh {
			if e.code == "" || e.fromProxy != fromProxy {
				continue
			}
			if v.timed && e.hasRequest {
				v.codes[e.request] = cmp.Or(v.codes[e.request], e.code)
			}
			if v.isFirst(e, factStatus) {
				d.countRequest(e, v.lists)
			}
		}
	}
}

// observeDurations observes the duration of each request once, from its most reliable source.
func (d *Drain) observeDurations(v *delivery) {
	for _, source := range []timingSource{timingWithStatus, timingApplication, timingPlatform} {
		for _, e := range v.fresh {
			// Without a request id, a duration of the platform may duplicate one of the
			// application.
			if e.timing.source != source || source == timingPlatform && !e.hasRequest || !v.isFirst(e, factDuration) {
				continue
			}
			e.timing.Code = cmp.Or(e.timing.Code, v.codes[e.request], allow.Unknown)
			d.durations.Observe(e.timing.Request)
		}
	}
}

// countRequest counts a request. The first one of an endpoint initializes its errors.
func (d *Drain) countRequest(e *entry, lists *allow.Lists) {
	d.endpoints.Ensure(endpoint{e.environment, e.source, e.route}, lists, func(e endpoint) {
		metric.Initialize(d.requests, []string{e.environment}, []string{e.source}, []string{e.route}, allow.ErrorCodes())
	})
	d.requests.WithLabelValues(e.environment, e.source, e.route, e.code).Inc()
}

// initialize creates the series of an origin and of its environment: the levels of the source, the
// actions of the firewall, the crashes of all routes, and all events.
func (d *Drain) initialize(o origin, lists *allow.Lists) {
	d.origins.Ensure(o, lists, func(o origin) {
		metric.Initialize(d.messages, []string{o.environment}, allow.Levels(), []string{o.source})
		metric.Initialize(d.dropped, []string{o.environment}, []string{o.source})
	})
	d.environments.Ensure(o.environment, lists, func(environment string) {
		environments := []string{environment}
		metric.Initialize(d.actions, environments, allow.FirewallActions())
		metric.Initialize(d.events, environments, lists.Events.LogNames())
		metric.Initialize(d.crashes, environments, lists.Routes.WithOther())
	})
}
