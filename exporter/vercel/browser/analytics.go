package browser

import (
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/prometheus/client_golang/prometheus"
)

// Analytics is the drain of Web Analytics: a row.Handler, and the prometheus.Collector of its
// metrics.
type Analytics struct {
	*drain[action]
	*analyticsMetrics
}

// NewAnalytics returns a drain without rows.
func NewAnalytics(options Options) *Analytics {
	m := newAnalyticsMetrics()
	return &Analytics{
		analyticsMetrics: m,
		drain:            newDrain(options, row.Analytics, newActionReader, m.count),
	}
}

// action is a decoded row: a page view or a custom event.
type action struct {
	environment string
	isView      bool

	route, device string // of a page view

	event, category, paymentMethod string // of a custom event
	purchase                       *purchase
	results                        *float64 // of a search
}

// purchase is a payment, in major units of its currency.
type purchase struct {
	amount   float64
	currency string
}

// The events that contain a number.
const (
	purchaseEvent = "purchase_completed"
	searchEvent   = "search_performed"
)

// actionMembers have the same names in versions 1 and 2 of the schema.
type actionMembers struct{ typ, name, data, path, route, device, environment row.Value }

type actionReader struct {
	row.Reader
	members        actionMembers
	fields         row.Fields // of members
	properties     properties
	propertyFields row.Fields // of properties
}

func newActionReader() reader[action] {
	r := &actionReader{}
	m := &r.members
	r.fields = row.Fields{
		"eventType": &m.typ, "eventName": &m.name, "eventData": &m.data, "path": &m.path, "route": &m.route,
		"deviceType": &m.device, "vercelEnvironment": &m.environment,
	}
	r.propertyFields = r.properties.fields()
	return r
}

func (r *actionReader) read(text []byte, lists *allow.Lists) (action, error) {
	if err := r.Begin(text, r.fields); err != nil {
		return action{}, err
	}
	r.properties = properties{}
	a := action{environment: allow.Environment(string(r.Text(r.members.environment)))}
	switch string(r.Text(r.members.typ)) {
	case "pageview":
		r.readView(&a, lists)
	case "event":
		r.readEvent(&a, lists)
	case "":
		r.Reject(row.Missing)
	default:
		r.Reject(row.BadValue)
	}
	return a, r.Err()
}

func (r *actionReader) readView(a *action, lists *allow.Lists) {
	a.isView = true
	a.device = allow.Device(string(r.Text(r.members.device)))
	a.route = lists.Routes.Resolve([]string{string(r.Text(r.members.route))}, string(r.Text(r.members.path)))
}

func (r *actionReader) readEvent(a *action, lists *allow.Lists) {
	name := r.Text(r.members.name)
	if len(name) == 0 {
		r.Reject(row.Missing)
		return
	}
	r.readProperties()
	a.event, a.category, a.paymentMethod = lists.Events.Custom(string(name),
		string(r.TextOrJSON(r.properties.category)), string(r.TextOrJSON(r.properties.paymentMethod)))
	switch a.event {
	case purchaseEvent:
		if amount, present := r.quantity(r.properties.amount); present {
			a.purchase = &purchase{amount: amount, currency: allow.Currency(string(r.TextOrJSON(r.properties.currency)))}
		}
	case searchEvent:
		if results, present := r.quantity(r.properties.results); present {
			a.results = &results
		}
	}
}

// maxQuantity is above every real amount, in any currency, and every number of search results.
// Browsers can send any number.
const maxQuantity = 1e9

// properties are the properties of an event, in the spelling of the monitoring guide or of the
// database.
type properties struct{ category, paymentMethod, amount, currency, results row.Value }

func (p *properties) fields() row.Fields {
	return row.Fields{
		"category": &p.category, "paymentMethod": &p.paymentMethod, "payment_method": &p.paymentMethod,
		"amount": &p.amount, "currency": &p.currency, "resultsCount": &p.results, "results_count": &p.results,
	}
}

// readProperties decodes eventData, which is an object or the text of an object. An event without
// properties is valid.
func (r *actionReader) readProperties() {
	data := r.members.data
	if data.Kind() != '{' {
		data = r.Text(data)
	}
	if len(data) == 0 || string(data) == "null" {
		return
	}
	if !r.Object(data, r.propertyFields) {
		r.Reject(row.BadValue)
	}
}

// quantity returns a number that is not negative, and whether it is present.
func (r *actionReader) quantity(v row.Value) (number float64, present bool) {
	number, present = r.Number(v)
	if present && (number < 0 || number > maxQuantity) {
		r.Reject(row.BadValue)
	}
	return number, present
}

type analyticsMetrics struct {
	metric.Collectors

	views   *prometheus.CounterVec
	events  *prometheus.CounterVec
	amounts *prometheus.CounterVec
	results *prometheus.HistogramVec

	environments allow.Initializer[string]
}

func newAnalyticsMetrics() *analyticsMetrics {
	m := &analyticsMetrics{
		views: metric.NewCounterVec("marketplace_page_views_total", "Page views, by route and kind of device.",
			"environment", "route", "device"),
		events: metric.NewCounterVec("marketplace_events_total", "Custom events, with the properties that --vercel.events-file allows.",
			"environment", "event", "category", "payment_method"),
		amounts: metric.NewCounterVec("marketplace_purchase_amount_total", "Amounts of purchase_completed events, in major units of the currency.",
			"environment", "payment_method", "currency"),
		results: metric.NewHistogramVec("marketplace_search_results", "Results of a search. The bucket le=\"0\" counts searches without results.",
			[]float64{0, 1, 5, 10, 25, 50, 100}, "environment"),
	}
	m.Collectors = metric.Collectors{m.views, m.events, m.amounts, m.results}
	return m
}

func (m *analyticsMetrics) count(a action, lists *allow.Lists) {
	m.environments.Ensure(a.environment, lists, func(environment string) { m.initialize(environment, lists.Events) })
	if a.isView {
		m.views.WithLabelValues(a.environment, a.route, a.device).Inc()
		return
	}
	m.events.WithLabelValues(a.environment, a.event, a.category, a.paymentMethod).Inc()
	if a.purchase != nil {
		m.amounts.WithLabelValues(a.environment, a.paymentMethod, a.purchase.currency).Add(a.purchase.amount)
	}
	if a.results != nil {
		m.results.WithLabelValues(a.environment).Observe(*a.results)
	}
}

// initialize creates the series of all listed events.
func (m *analyticsMetrics) initialize(environment string, events *allow.Events) {
	m.results.WithLabelValues(environment)
	for _, e := range events.CustomSeries() {
		m.events.WithLabelValues(environment, e.Name, e.Category, e.PaymentMethod)
		if e.Name == purchaseEvent { // in the monitoring guide, it has no currency
			metric.Initialize(m.amounts, []string{environment}, []string{e.PaymentMethod},
				append(allow.Currencies(), allow.Other, allow.Unknown))
		}
	}
}
